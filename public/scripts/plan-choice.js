import { find } from './dom.js';
import { send } from './http.js';
import { isObject, textOf } from './json.js';

/**
 * @typedef {object} Plan
 * @property {string} id
 * @property {string} name
 * @property {string} description
 * @property {string} price what it costs, in a sentence
 * @property {boolean} isDefault
 */

/**
 * The choice between the plans that `GET /plans` offers. It stays hidden when there is nothing to choose: one plan,
 * or no answer; the server then takes its default.
 */
export class PlanChoice {
  /** @type {Plan[]} */
  #plans = [];

  /** @param {HTMLFieldSetElement} group */
  constructor(group) {
    this.group = group;
  }

  async load() {
    const reply = await send('/plans');
    this.#plans = reply.kind === 'answer' && reply.ok ? plansFrom(reply.json) : [];
    if (this.#plans.length < 2) return;
    const preselected = this.#plans.find((plan) => plan.isDefault) ?? this.#plans[0];
    find('#plan-list', HTMLElement, this.group).replaceChildren(
      ...this.#plans.map((plan) => choice(plan, plan === preselected)),
    );
    this.group.hidden = false;
  }

  /**
   * @param {string} id
   * @returns {string} the plan's name, or its id when the catalog was not to be had
   */
  nameOf(id) {
    return this.#plans.find((plan) => plan.id === id)?.name ?? id;
  }
}

/**
 * @param {unknown} json
 * @returns {Plan[]}
 */
export function plansFrom(json) {
  const list = isObject(json) && Array.isArray(json['plans']) ? json['plans'] : [];
  return list
    .map((plan) => ({
      id: textOf(plan, 'id'),
      name: textOf(plan, 'name') || textOf(plan, 'id'),
      description: textOf(plan, 'description'),
      price: textOf(plan, 'price'),
      isDefault: isObject(plan) && plan['default'] === true,
    }))
    .filter((plan) => plan.id !== '');
}

/**
 * @param {Plan} plan
 * @param {boolean} checked
 */
function choice(plan, checked) {
  const input = document.createElement('input');
  input.type = 'radio';
  input.name = 'plan';
  input.value = plan.id;
  input.defaultChecked = checked;

  const text = document.createElement('span');
  text.append(line('choice-name', plan.name));
  for (const detail of [plan.price, plan.description]) {
    if (detail !== '') text.append(line('choice-detail', detail));
  }

  const label = document.createElement('label');
  label.className = 'choice';
  label.append(input, text);
  return label;
}

/**
 * @param {string} className
 * @param {string} text
 */
function line(className, text) {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}
