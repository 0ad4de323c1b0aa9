import { Panel } from '../dashboard/panel.js';
import { find } from '../dom.js';
import { showNotice } from '../notice.js';
import { AccountView } from './account-view.js';
import { AccountsView } from './accounts-view.js';
import { AdminApi, ask } from './admin-api.js';
import { CatalogView } from './catalog-view.js';
import { LostUsage } from './lost-usage.js';
import { MeterTest } from './meter-test.js';
import { MetersView } from './meters-view.js';
import { OverviewView } from './overview-view.js';
import { signInForm } from './sign-in.js';
import { UsageView } from './usage-view.js';
import { WebhooksView } from './webhooks-view.js';

const signIn = signInForm(() => open());
const api = new AdminApi((detail) => close(detail));
const panels = new Map(
  [...document.querySelectorAll('.panel')].flatMap((section) =>
    section instanceof HTMLElement ? [[section.id, new Panel(section)]] : [],
  ),
);
const usage = new UsageView(api, panel('reconciliation'), panel('checks'), new LostUsage(api, panel('lost')));
const meterTest = new MeterTest(api, () => void meters.load());
const meters = new MetersView(api, panel('meters'), meterTest);
const account = new AccountView(api, panel('account'));

/** What is shown under each name in the address, and how it is filled. @type {Record<string, { load(): Promise<unknown> }>} */
const VIEWS = {
  overview: new OverviewView(api, panel('health'), panel('revenue')),
  accounts: new AccountsView(api, panel('accounts')),
  meters,
  usage,
  webhooks: new WebhooksView(api, panel('webhooks')),
  catalog: new CatalogView(api, panel('drift')),
};

let isOpen = false;

addEventListener('hashchange', () => {
  if (isOpen) show();
});
find('#sign-out', HTMLButtonElement).addEventListener('click', async () => {
  const result = await ask('DELETE', 'session');
  if (result.kind === 'failed') showNotice(find('#page-notice', HTMLElement), result);
  else close('');
});
void begin();

async function begin() {
  const result = await ask('GET', 'session');
  find('#starting', HTMLElement).hidden = true;
  if (result.kind === 'ok') open();
  else signIn.show(result.code === 'token_missing' ? '' : result.detail);
}

function open() {
  isOpen = true;
  find('#admin', HTMLElement).hidden = false;
  show();
}

/** @param {string} reason said where the token is asked for; `''` when the person wanted it */
function close(reason) {
  if (!isOpen) return;
  isOpen = false;
  for (const each of panels.values()) each.restart();
  for (const body of document.querySelectorAll('[data-clear]')) body.replaceChildren();
  usage.restart();
  meterTest.restart();
  find('#account-heading', HTMLElement).textContent = 'Account';
  find('#page-notice', HTMLElement).hidden = true;
  find('#admin', HTMLElement).hidden = true;
  signIn.show(reason);
}

/** Shows what the address says, and fills it anew. */
function show() {
  const [asked = '', customer = ''] = location.hash.slice(1).split('/', 2);
  const name = asked in VIEWS ? asked : 'overview';
  const isAccount = name === 'accounts' && customer !== '';
  const shown = isAccount ? 'account' : name;
  for (const view of document.querySelectorAll('[data-view]')) {
    if (view instanceof HTMLElement) view.hidden = view.dataset['view'] !== shown;
  }
  for (const link of document.querySelectorAll('.tabs > a')) {
    if (link.getAttribute('href') === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (isAccount) void account.load(decoded(customer));
  else void VIEWS[name]?.load();
  find(`[data-view="${shown}"] h2`, HTMLElement).focus();
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} id */
function panel(id) {
  const found = panels.get(id);
  if (!found) throw new Error(`The page has no panel ${id}`);
  return found;
}
