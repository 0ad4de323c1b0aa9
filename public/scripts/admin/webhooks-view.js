import { ActionButton } from '../action-button.js';
import { announce } from '../announce.js';
import { badge, element, row } from '../dashboard/element.js';
import { decimalOf, listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { textOf } from '../json.js';
import { hideNotice, showNotice } from '../notice.js';
import { accountLink, dataTable, none, rowButton, timeOrNone, toneOf } from './parts.js';

/** What Stripe told us, by state; what failed too often is applied again from here. */
export class WebhooksView {
  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} panel
   */
  constructor(api, panel) {
    this.api = api;
    this.panel = panel;
    this.state = find('#webhook-state', HTMLSelectElement);
    this.notice = find('#webhook-notice', HTMLElement);
    this.all = new ActionButton(find('#replay-all', HTMLButtonElement));
    this.state.addEventListener('change', () => void this.load());
    this.all.button.addEventListener('click', () => {
      if (this.all.ready) void this.#replay({ parked: true });
    });
  }

  async load() {
    const state = this.state.value;
    await this.panel.load(
      () => this.api.get(`webhooks?limit=200${state === '' ? '' : `&state=${state}`}`),
      (json) => {
        const list = listOf(json, 'webhooks');
        this.all.button.hidden = !list.some((event) => textOf(event, 'state') === 'parked');
        find('#webhooks-body', HTMLElement).replaceChildren(
          dataTable(
            'Stripe events',
            [['Received (UTC)'], ['Event'], ['Status'], ['Error'], ['Customer'], ['Action']],
            list.map((event) => this.#row(event)),
          ),
        );
        if (list.length > 0) return undefined;
        return state === 'parked' ? 'No parked events: all were applied.' : 'No events.';
      },
    );
  }

  /** @param {Record<string, unknown>} event */
  #row(event) {
    const id = textOf(event, 'id');
    return row(
      ...webhookCells(event),
      accountLink(textOf(event, 'customerId')),
      rowButton('Replay', id, () => void this.#replay({ ids: [id] })),
    );
  }

  /** @param {{ ids: string[] } | { parked: true }} which */
  async #replay(which) {
    hideNotice(this.notice);
    this.all.showBusy('Replaying…');
    const result = await this.api.post('webhooks/replay', which);
    this.all.show('Replay all parked');
    if (result.kind === 'failed') {
      showNotice(this.notice, result);
      return;
    }
    const count = decimalOf(result.json, 'replayed');
    announce(`Replaying ${count} ${count === '1' ? 'event' : 'events'}.`);
    await this.load();
  }
}

/**
 * When, what, in which state, and why not: the cells that every list of events has.
 *
 * @param {Record<string, unknown>} event
 */
export function webhookCells(event) {
  const [state, error, attempts] = [
    textOf(event, 'state'),
    textOf(event, 'lastError'),
    decimalOf(event, 'attempts'),
  ];
  const failed = [attempts === '0' ? '' : `failed ${attempts} times`, error].filter((text) => text !== '');
  return [
    timeOrNone(textOf(event, 'receivedAt')),
    element(
      'th',
      { scope: 'row' },
      textOf(event, 'type'),
      element('span', { class: 'muted block' }, textOf(event, 'id')),
    ),
    element('td', {}, badge(state, toneOf(state))),
    element('td', { class: 'reason' }, failed.length === 0 ? none('–') : failed.join(': ')),
  ];
}
