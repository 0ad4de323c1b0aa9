import { announce } from '../announce.js';
import { badge, element } from '../dashboard/element.js';

/** @typedef {'idle' | 'working' | 'passed' | 'failed' | 'unreached'} StageState */

/** The stages in order: what each is called, and what it looks for. */
const STAGES = [
  {
    name: 'meter',
    title: 'The meter is set up',
    what: 'Defined in the catalog, active at Stripe, and used by the price of a plan.',
  },
  {
    name: 'subscription',
    title: 'Attached to a subscription',
    what: 'A customer has an open billing period on one of these plans.',
  },
  {
    name: 'call',
    title: 'A call is metered',
    what: "A paid call made since the test began. Call the meter's route with a customer's token.",
  },
  { name: 'report', title: 'Reported', what: 'The meter total is reported to Stripe now.' },
  { name: 'stripe', title: 'Visible at Stripe', what: "Stripe's own total matches what was reported." },
];

/** @type {Record<StageState, [word: string, tone: 'success' | 'warning' | 'danger' | '']>} */
const WORDS = {
  idle: ['not yet', ''],
  working: ['waiting', 'warning'],
  passed: ['done', 'success'],
  failed: ['failed', 'danger'],
  unreached: ['not reached', ''],
};

/** The stages of a meter test as a list, each with its state, what is seen and what to do. */
export class MeterTestStages {
  /** @type {Map<string, StageState>} */
  #states = new Map();

  /** @param {HTMLOListElement} list */
  constructor(list) {
    this.list = list;
  }

  /** All stages, and nothing seen of them yet. */
  reset() {
    this.#states = new Map(STAGES.map(({ name }) => [name, 'idle']));
    this.list.replaceChildren(...STAGES.map(({ title, what }) => stageElement(title, what)));
  }

  /** The first stage is looked at. */
  begin() {
    this.reset();
    this.#show(0, 'working');
  }

  /**
   * What is seen of a stage. Those who do not see the page hear of it.
   *
   * @param {{ stage: string, state: string, message: string, advice: string }} progress
   */
  take({ stage, state, message, advice }) {
    const at = STAGES.findIndex(({ name }) => name === stage);
    if (at < 0 || (state !== 'working' && state !== 'passed' && state !== 'failed')) return;
    this.#show(at, state, message, advice);
    if (state === 'passed' && this.#states.get(STAGES[at + 1]?.name ?? '') === 'idle')
      this.#show(at + 1, 'working');
    const [word] = WORDS[state];
    announce(`Stage ${at + 1} of ${STAGES.length}, ${STAGES[at]?.title}: ${word}. ${message}`);
  }

  /** It goes no further: what was not reached, and what was waited for, says so. */
  end() {
    for (const [at, { name }] of STAGES.entries()) {
      const state = this.#states.get(name);
      if (state === 'idle' || state === 'working') this.#show(at, 'unreached');
    }
  }

  /** How many have passed, of how many. */
  get passed() {
    return {
      count: [...this.#states.values()].filter((state) => state === 'passed').length,
      of: STAGES.length,
    };
  }

  /**
   * @param {number} at
   * @param {StageState} state
   * @param {string} [message] absent: what was said stays
   * @param {string} [advice]
   */
  #show(at, state, message, advice = '') {
    const [stage, item] = [STAGES[at], this.list.children[at]];
    if (!stage || !(item instanceof HTMLElement)) return;
    this.#states.set(stage.name, state);
    item.dataset['state'] = state;
    if (state === 'working') item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
    const [word, tone] = WORDS[state];
    part(item, 'state').replaceChildren(badge(word, tone));
    if (message === undefined) return;
    setText(part(item, 'message'), message);
    setText(part(item, 'advice'), advice === '' ? '' : `Next step: ${advice}`);
  }
}

/**
 * @param {string} title
 * @param {string} what
 */
function stageElement(title, what) {
  return element(
    'li',
    { 'data-state': 'idle' },
    element(
      'p',
      { class: 'walk-title' },
      element('strong', {}, title),
      ' ',
      element('span', { 'data-part': 'state' }, badge(WORDS.idle[0])),
    ),
    element('p', { class: 'walk-what' }, what),
    element('p', { class: 'walk-message', 'data-part': 'message', hidden: true }),
    element('p', { class: 'walk-advice', 'data-part': 'advice', hidden: true }),
  );
}

/**
 * @param {HTMLElement} item
 * @param {string} name
 * @returns {HTMLElement}
 */
function part(item, name) {
  const found = item.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`A stage has no part ${name}`);
  return found;
}

/**
 * @param {HTMLElement} place
 * @param {string} text
 */
function setText(place, text) {
  place.textContent = text;
  place.hidden = text === '';
}
