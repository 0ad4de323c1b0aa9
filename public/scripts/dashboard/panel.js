import { ActionButton } from '../action-button.js';
import { find, setPart } from '../dom.js';
import { element } from './element.js';

/**
 * A panel of the dashboard: loading, empty, ready, failed (with a way to try again), or not available on this server.
 * One panel's trouble is none of another's.
 */
export class Panel {
  #latest = 0;
  /** What is shown, as JSON. */
  #shown = '';
  #retry = () => {};

  /** @param {HTMLElement} section holds a `data-part="body"` */
  constructor(section) {
    this.section = section;
    this.body = find('[data-part="body"]', HTMLElement, section);
    this.message = element(
      'div',
      { class: 'panel-message' },
      element('p', { 'data-part': 'text' }),
      element('p', { class: 'hint', 'data-part': 'reference', hidden: true }),
      element(
        'button',
        { class: 'button button-secondary', type: 'button', hidden: true },
        element('span', { class: 'spinner', 'aria-hidden': 'true' }),
        element('span', { 'data-part': 'label' }, 'Try again'),
      ),
    );
    this.body.before(this.message);
    const again = find('button', HTMLButtonElement, this.message);
    this.again = new ActionButton(again);
    again.addEventListener('click', () => {
      if (this.again.ready) this.#retry();
    });
    this.restart();
  }

  /** For another token: nothing of what was shown stays, and an answer that is on its way is dropped. */
  restart() {
    this.#latest++;
    this.#show('loading', 'Loading…');
  }

  /**
   * Asks, and shows what comes. An answer that a later question has overtaken is dropped.
   *
   * @param {() => Promise<import('./account-api.js').Result>} ask
   * @param {(json: unknown) => string | void} show fills the body, and says in words when there is nothing in it
   * @returns {Promise<boolean>} whether it is shown, or empty
   */
  async load(ask, show) {
    const mine = ++this.#latest;
    this.#retry = () => void this.load(ask, show);
    if (this.section.dataset['state'] === 'ready') this.section.setAttribute('aria-busy', 'true');
    else if (this.section.dataset['state'] === 'failed') this.again.showBusy('Trying…');
    else this.#show('loading', 'Loading…');
    const result = await ask();
    if (mine !== this.#latest) return false;
    if (result.kind === 'absent') this.absent();
    else if (result.kind === 'failed') this.fail(result);
    else {
      this.#fill(result.json, show);
      return true;
    }
    return false;
  }

  /**
   * Asks again without being asked to: what is shown stays until something else has come, whatever fails meanwhile. Who is
   * at a button of the panel keeps it.
   *
   * @param {() => Promise<import('./account-api.js').Result>} ask
   * @param {(json: unknown) => string | void} show as for `load`
   */
  async refresh(ask, show) {
    const state = this.section.dataset['state'];
    if ((state !== 'ready' && state !== 'empty') || this.body.contains(document.activeElement)) return;
    const mine = ++this.#latest;
    const result = await ask();
    if (mine !== this.#latest || result.kind !== 'ok' || this.body.contains(document.activeElement)) return;
    if (JSON.stringify(result.json) !== this.#shown) this.#fill(result.json, show);
  }

  /**
   * @param {unknown} json
   * @param {(json: unknown) => string | void} show
   */
  #fill(json, show) {
    this.#shown = JSON.stringify(json);
    const empty = show(json);
    this.#show(empty ? 'empty' : 'ready', empty ?? '');
  }

  /** This server has no such route. */
  absent() {
    this.#show('absent', 'Not available on this server.');
  }

  ready() {
    this.#show('ready', '');
  }

  /** @param {string} text */
  empty(text) {
    this.#show('empty', text);
  }

  /** @param {import('./account-api.js').Failed} failure */
  fail({ title, detail, requestId }) {
    this.#show('failed', title === '' ? detail : `${title}. ${detail}`);
    setPart(this.message, 'reference', requestId === '' ? '' : `Reference for support: ${requestId}`);
  }

  /**
   * @param {'loading' | 'empty' | 'ready' | 'failed' | 'absent'} state
   * @param {string} text
   */
  #show(state, text) {
    this.section.dataset['state'] = state;
    this.section.setAttribute('aria-busy', String(state === 'loading'));
    this.again.show('Try again');
    this.again.button.hidden = state !== 'failed';
    setPart(this.message, 'text', text);
    setPart(this.message, 'reference', '');
    this.message.hidden = state === 'ready';
    // What a person does in a panel stays possible while there is nothing in it yet.
    this.body.hidden = state !== 'ready' && !(state === 'empty' && 'keepBody' in this.section.dataset);
  }
}
