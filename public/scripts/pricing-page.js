import { find } from './dom.js';
import { send } from './http.js';
import { isObject, textOf } from './json.js';
import { hideNotice, showNotice } from './notice.js';
import { planCard } from './plan-card.js';
import { plansFrom } from './plan-choice.js';
import { problemFrom } from './problem.js';
import { embedPricingTable } from './pricing-table.js';

const place = find('#plans', HTMLElement);
const notice = find('#notice', HTMLElement);

/** @param {import('./http.js').Answer | import('./http.js').Unreachable} reply */
function fail(reply) {
  const problem = problemFrom(reply.kind === 'answer' ? reply.json : undefined);
  showNotice(notice, {
    title: problem.title || 'Server unreachable',
    detail: problem.detail || 'The server does not respond. Check your connection and try again.',
    requestId: problem.requestId,
    passing: reply.kind !== 'answer' || reply.status >= 500 || reply.status === 429,
  });
}

/**
 * Leads to the payment page. The cookie that the answer sets brings whoever pays back to the token.
 *
 * @param {string} plan
 * @returns {Promise<boolean>} whether the browser is on its way
 */
async function pay(plan) {
  hideNotice(notice);
  const reply = await send('/checkout', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ plan }),
    credentials: 'same-origin',
  });
  const url = reply.kind === 'answer' && reply.ok ? textOf(reply.json, 'url') : '';
  if (url === '') {
    fail(reply);
    return false;
  }
  location.assign(url);
  return true;
}

async function show() {
  const options = await send('/checkout/options', { credentials: 'same-origin' });
  const table =
    options.kind === 'answer' && options.ok && isObject(options.json) ? options.json['pricingTable'] : null;
  if (isObject(table)) embedPricingTable(place, table);
  else {
    const reply = await send('/plans');
    if (reply.kind === 'answer' && reply.ok)
      place.replaceChildren(...plansFrom(reply.json).map((plan) => planCard(plan, pay)));
    else fail(reply);
  }
  place.setAttribute('aria-busy', 'false');
}

void show();
