import { ActionButton } from './action-button.js';
import { announce } from './announce.js';

const LABEL = 'Subscribe';

/**
 * A card with a plan and the button that leads to its payment page.
 *
 * @param {import('./plan-choice.js').Plan} plan
 * @param {(plan: string) => Promise<boolean>} pay whether the browser is on its way
 * @returns {HTMLElement}
 */
export function planCard(plan, pay) {
  const card = document.createElement('section');
  card.className = 'card plan-card';
  card.setAttribute('aria-label', plan.name);
  card.append(
    textElement('h2', '', plan.name),
    textElement('p', 'muted', plan.description),
    textElement('p', 'plan-price', plan.price),
    subscribeButton(plan, pay),
  );
  return card;
}

/**
 * @param {import('./plan-choice.js').Plan} plan
 * @param {(plan: string) => Promise<boolean>} pay
 */
function subscribeButton(plan, pay) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = plan.isDefault ? 'button button-primary' : 'button button-secondary';
  const spinner = textElement('span', 'spinner', '');
  spinner.setAttribute('aria-hidden', 'true');
  const label = textElement('span', '', LABEL);
  label.dataset['part'] = 'label';
  const which = textElement('span', 'visually-hidden', ` to ${plan.name}`);
  button.append(spinner, label, which);

  const action = new ActionButton(button);
  action.show(LABEL);
  button.addEventListener('click', async () => {
    if (!action.ready) return;
    action.showBusy('Opening the payment page…');
    announce('Opening the payment page…');
    if (!(await pay(plan.id))) action.show(LABEL);
  });
  // Back from the payment page, the browser may show this page as it was left.
  addEventListener('pageshow', () => action.show(LABEL));
  return button;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} text
 */
function textElement(tag, className, text) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}
