import { find } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { forgetToken, rememberedToken, rememberToken } from '../tab-token.js';
import { AccountApi } from './account-api.js';
import { CallsPanel } from './calls-panel.js';
import { CardBanner } from './card-banner.js';
import { badge, element } from './element.js';
import { InvoicePanel } from './invoice-panel.js';
import { InvoicesPanel } from './invoices-panel.js';
import { Panel } from './panel.js';
import { PlanPanel, toneOf } from './plan-panel.js';
import { objectOf } from './read.js';
import { Refresher } from './refresher.js';
import { signInForm } from './sign-in.js';
import { StartPanel } from './start-panel.js';
import { TokensPanel } from './tokens-panel.js';
import { UsagePanel } from './usage-panel.js';

/** Ends everything that was started for the token that the page is open with. */
let session = new AbortController();

/**
 * What GET /account said.
 *
 * @type {unknown}
 */
let account;

/** @type {Map<string, Panel>} */
const panels = new Map();

const signIn = signInForm((token) => {
  rememberToken(token);
  open(token);
});
find('#sign-out', HTMLButtonElement).addEventListener('click', () => close(''));
StartPanel.listen();

const remembered = rememberedToken();
if (remembered !== '') open(remembered);

/** @param {string} token */
function open(token) {
  session.abort();
  session = new AbortController();
  const { signal } = session;
  const api = new AccountApi(token, (detail) => {
    if (!signal.aborted) close(detail || 'The token is no longer valid.');
  });
  signIn.hide();
  find('#dashboard', HTMLElement).hidden = false;
  find('#dashboard-heading', HTMLElement).focus();

  const calls = new CallsPanel(api, panel('#calls'), signal, () => refresher.soon());
  const showCalls = (/** @type {import('./calls-panel.js').CallsSource} */ source) => void calls.show(source);
  const usage = new UsagePanel(api, panel('#usage'), signal);
  const invoice = new InvoicePanel(api, panel('#invoice'), showCalls);
  const refresher = new Refresher(async () => {
    await Promise.all([usage.refresh(), invoice.refresh()]);
    return invoice.nextChange;
  }, signal);
  const banner = new CardBanner(api, signal);
  const plan = new PlanPanel(api, panel('#plan'), signal, (json) => {
    showAccount(json);
    banner.show(json);
  });
  // The days of the chart are those of the billing period: the account says which.
  void plan.load().then(() => usage.load(periodOf(account)));
  void invoice.load();
  void new InvoicesPanel(api, panel('#invoices'), showCalls).load();
  void calls.load();
  void new TokensPanel(api, panel('#tokens'), signal).load();
  void new StartPanel(api, panel('#start'), signal, showRoutes).load();
}

/** @param {string} reason said where the token is asked for; `''` when the person wanted it */
function close(reason) {
  session.abort();
  forgetToken();
  account = undefined;
  find('#dashboard', HTMLElement).hidden = true;
  find('#account-line', HTMLElement).replaceChildren();
  for (const body of document.querySelectorAll(
    '#usage-figures, #invoice-body, #invoices-body, #token-rows, #plan-facts',
  ))
    body.replaceChildren();
  signIn.show(reason);
}

/** @param {string} selector */
function panel(selector) {
  const known = panels.get(selector) ?? new Panel(find(selector, HTMLElement));
  panels.set(selector, known);
  known.restart();
  return known;
}

/** @param {unknown} json */
function showAccount(json) {
  account = json;
  const state = textOf(json, 'status');
  find('#account-line', HTMLElement).replaceChildren(
    element('span', {}, textOf(json, 'email') || textOf(json, 'customerId')),
    ...(textOf(json, 'company') === '' ? [] : [element('span', { class: 'muted' }, textOf(json, 'company'))]),
    ...(state === '' ? [] : [badge(state.replaceAll('_', ' '), toneOf(state))]),
  );
}

/**
 * @param {unknown} json
 * @returns {import('./usage-range.js').Range | null}
 */
function periodOf(json) {
  const period = isObject(json) ? objectOf(json, 'currentPeriod') : null;
  const [from, to] = [Date.parse(textOf(period, 'start')), Date.parse(textOf(period, 'end'))];
  return Number.isNaN(from) || Number.isNaN(to) ? null : { from, to };
}

/** @param {string[]} routes */
function showRoutes(routes) {
  find('#routes', HTMLElement).replaceChildren(...routes.map((route) => element('option', { value: route })));
}
