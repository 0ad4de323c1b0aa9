import { badge, element, fact, numberCell, row } from '../dashboard/element.js';
import { formatNumber, formatPeriod } from '../dashboard/format.js';
import { decimalOf, listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { textOf } from '../json.js';
import { dataTable, none, part, rowHead, timeOrNone, toneOf } from './parts.js';
import { webhookCells } from './webhooks-view.js';

/** Everything that is known of one customer. */
export class AccountView {
  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} panel
   */
  constructor(api, panel) {
    this.api = api;
    this.panel = panel;
    this.title = find('#account-heading', HTMLElement);
  }

  /** @param {string} customerId */
  async load(customerId) {
    this.title.textContent = customerId;
    this.panel.restart();
    await this.panel.load(
      () => this.api.get(`accounts/${encodeURIComponent(customerId)}`),
      (json) => {
        this.title.textContent = textOf(json, 'email');
        find('#account-body', HTMLElement).replaceChildren(
          facts(json),
          part('Usage by meter', usage(json)),
          part('Latest calls', calls(json)),
          part('Tokens', tokens(json)),
          part('Stripe events', events(json)),
        );
      },
    );
  }
}

/** @param {unknown} json */
function facts(json) {
  const state = textOf(json, 'closedAt') === '' ? textOf(json, 'status') : 'closed';
  /** @param {string} name */
  const idList = (name) => {
    const ids = /** @type {Record<string, unknown>} */ (json)[name];
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').join(', ') : '';
  };
  /** @type {[string, string | Node][]} */
  const all = [
    ['Name', `${textOf(json, 'firstname')} ${textOf(json, 'lastname')}`],
    ['Plan', textOf(json, 'plan')],
    ['Status', badge(state.replaceAll('_', ' '), toneOf(state))],
    ['Collection paused', pauseText(textOf(json, 'collectionPaused'))],
    ['Period', formatPeriod(textOf(json, 'periodStart'), textOf(json, 'periodEnd'))],
    ['Customer', textOf(json, 'customerId')],
    ['Subscription', textOf(json, 'subscriptionId')],
    ['Former customers', idList('formerCustomers')],
    ['Extra subscription items', idList('surplusItems')],
    ['Account', textOf(json, 'accountId')],
    ['Created', timeOrNone(textOf(json, 'createdAt'))],
    ...moments(json),
  ];
  return element(
    'dl',
    { class: 'facts facts-wide' },
    ...all.filter(([, value]) => value !== '').map(([name, value]) => fact(name, value)),
  );
}

/**
 * What Stripe does with new invoices meanwhile.
 *
 * @param {string} behavior
 */
function pauseText(behavior) {
  switch (behavior) {
    case 'void':
      return 'New invoices are voided';
    case 'keep_as_draft':
      return 'New invoices stay drafts';
    case 'mark_uncollectible':
      return 'New invoices are marked uncollectible';
    default:
      return behavior;
  }
}

/**
 * What is not so for most.
 *
 * @param {unknown} json
 * @returns {[string, Node][]}
 */
function moments(json) {
  return [
    ['Trial until', 'trialEnd'],
    ['Past due since', 'pastDueSince'],
    ['Ends on', 'cancelAt'],
    [`Changes to ${textOf(json, 'pendingPlan')}`, 'pendingAt'],
    ['Closed', 'closedAt'],
  ].flatMap(([name = '', field = '']) => {
    const iso = textOf(json, field);
    return iso === '' ? [] : [[name, timeOrNone(iso)]];
  });
}

/** @param {unknown} json */
function usage(json) {
  const list = listOf(json, 'usage');
  if (list.length === 0) return none('No billing period is known yet.');
  return dataTable(
    'Usage by meter',
    [['Meter'], ['Billing period'], ['Used', true], ['Reported to Stripe', true]],
    list.map((entry) =>
      row(
        rowHead(textOf(entry, 'meter')),
        formatPeriod(textOf(entry, 'periodStart'), textOf(entry, 'periodEnd')),
        numberCell(formatNumber(textOf(entry, 'value'))),
        numberCell(formatNumber(textOf(entry, 'reported'))),
      ),
    ),
  );
}

/** @param {unknown} json */
function calls(json) {
  const list = listOf(json, 'calls');
  if (list.length === 0) return none('No paid call yet.');
  return dataTable(
    'Latest calls',
    [['Time (UTC)'], ['Call'], ['Status'], ['Duration', true], ['Units', true], ['User']],
    list.map((call) => {
      const status = decimalOf(call, 'status');
      return row(
        timeOrNone(textOf(call, 'startedAt')),
        element('td', { class: 'call-name' }, `${textOf(call, 'verb')} ${textOf(call, 'route')}`),
        badge(status, status.startsWith('2') ? 'success' : status.startsWith('5') ? 'danger' : 'warning'),
        numberCell(`${decimalOf(call, 'durationMs')} ms`),
        numberCell(formatNumber(decimalOf(call, 'units'))),
        element('td', { class: 'call-user' }, textOf(call, 'user')),
      );
    }),
  );
}

/** @param {unknown} json */
function tokens(json) {
  const list = listOf(json, 'tokens');
  if (list.length === 0) return none('No active tokens.');
  return dataTable(
    'Tokens',
    [['Name'], ['Assigned to'], ['Issued'], ['Last used'], ['Expires'], ['ID']],
    list.map((token) =>
      row(
        rowHead(textOf(token, 'name')),
        element('td', { class: 'call-user' }, textOf(token, 'user')),
        timeOrNone(textOf(token, 'issuedAt')),
        timeOrNone(textOf(token, 'lastUsedAt')),
        timeOrNone(textOf(token, 'expiresAt')),
        textOf(token, 'jti'),
      ),
    ),
  );
}

/** @param {unknown} json */
function events(json) {
  const list = listOf(json, 'webhooks');
  if (list.length === 0) return none('None.');
  return dataTable(
    'Stripe events',
    [['Received (UTC)'], ['Event'], ['Status'], ['Error']],
    list.map((event) => row(...webhookCells(event))),
  );
}
