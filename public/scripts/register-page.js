import { find } from './dom.js';
import { PlanChoice } from './plan-choice.js';
import { RegistrationForm } from './registration-form.js';
import { showResult } from './result-panel.js';

const plans = new PlanChoice(find('#plans', HTMLFieldSetElement));
new RegistrationForm(find('#registration-form', HTMLFormElement), (registered) => {
  showResult(registered, plans.nameOf(registered.plan));
});
void plans.load();
