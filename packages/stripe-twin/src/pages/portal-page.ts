import { html, type Html } from '@farebox/twin-kit';
import { chargeableMethod } from '../billing/payment-method-rows.js';
import { priceOfItem } from '../billing/subscription-view.js';
import type { PortalConfigurationRow, PortalSessionRow } from '../state/portal-rows.js';
import { idOf, isEnded, type SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { CARDS, invalidBy } from './checkout-page.js';
import { page } from './layout.js';
import { amounts, day, period } from './price-text.js';

/** What the page says about the last thing that was done. */
export interface PortalMessage {
  kind: 'done' | 'refused';
  text: string;
}

type Features = PortalConfigurationRow['features'];

/** What one customer sees. `base` is the address of the session's page. */
export function portalPage(
  twin: Twin,
  session: PortalSessionRow,
  configuration: PortalConfigurationRow,
  base: string,
  message?: PortalMessage,
): Html {
  const { customer: id, return_url: back, flow } = session.view;
  const customer = twin.customers.get(id);
  const { features, business_profile: profile } = configuration;
  const own = [...twin.subscriptions.scan({ where: ['customer', id] })].filter((row) => !isEnded(row));
  const cards = features.payment_method_update.enabled || flow?.type === 'payment_method_update';
  return page('Billing', [
    html`<section>
      <h1>${profile.headline ?? 'Your billing'}</h1>
      <p>${customer?.name} ${customer?.email}</p>
      ${message ? said(message) : ''} ${back ? html`<p><a id="return" href="${back}">Return</a></p>` : ''}
    </section>`,
    ...(own.length > 0
      ? own.map((row) => subscription(twin, row, features, base))
      : [html`<section><p>You have no subscription.</p></section>`]),
    ...(cards ? [card(twin, id, own, base, message)] : []),
  ]);
}

/** Asks once more. */
export function cancelPage(
  row: SubscriptionRow,
  { cancellation_reason: reason, mode }: Features['subscription_cancel'],
  base: string,
): Html {
  const text =
    mode === 'immediately'
      ? 'It ends at once.'
      : `It stays active until ${day(endOf(row))}, and is not renewed then.`;
  return page(
    'Cancel the subscription',
    html`<section>
      <h1>Cancel the subscription?</h1>
      <p>${text}</p>
      <form method="post" action="${base}/cancel">
        <input type="hidden" name="subscription" value="${row.id}" />
        ${reason.enabled ? reasons(reason.options) : ''}
        <button id="confirm-cancel">Cancel the subscription</button>
        <a class="button plain" href="${base}">Keep it</a>
      </form>
    </section>`,
  );
}

function said({ kind, text }: PortalMessage): Html {
  return kind === 'refused'
    ? html`<p class="error" id="error" role="alert">${text}</p>`
    : html`<p id="done" role="status">${text}</p>`;
}

function subscription(twin: Twin, row: SubscriptionRow, features: Features, base: string): Html {
  const prices = row.items.map((item) => priceOfItem(twin, item));
  const names = prices.map((price) => twin.products.get(price.product)?.name ?? price.product).join(', ');
  return html`<section aria-label="${names}">
    <h2>${names}</h2>
    ${prices.map((price) => {
      const lines = amounts(price, twin.products.get(price.product)?.unit_label);
      return html`${lines.map((line) => html`<div>${line}</div>`)}
        <p class="soft">Billed ${period(price)}</p>`;
    })}
    <p>Status: ${row.status}. ${nextText(row)}</p>
    ${
      row.cancel_at !== null
        ? html`<form method="post" action="${base}/resume">
            <input type="hidden" name="subscription" value="${row.id}" />
            <button id="resume">Don’t cancel</button>
          </form>`
        : features.subscription_cancel.enabled
          ? html`<a id="cancel" class="button plain" href="${base}/cancel?subscription=${row.id}">Cancel</a>`
          : ''
    }
  </section>`;
}

function nextText(row: SubscriptionRow): string {
  if (row.cancel_at !== null) return `It ends on ${day(row.cancel_at)}.`;
  if (row.status === 'trialing' && row.trial_end !== null) return `The trial ends on ${day(row.trial_end)}.`;
  return `The next invoice comes on ${day(endOf(row))}.`;
}

function endOf(row: SubscriptionRow): number {
  return Math.max(...row.items.map((item) => item.current_period_end));
}

function card(
  twin: Twin,
  customer: string,
  own: readonly SubscriptionRow[],
  base: string,
  message?: PortalMessage,
): Html {
  const method = chargeableMethod(twin, customer, idOf(own[0]?.default_payment_method));
  const known = method?.card;
  const refused = message?.kind === 'refused' ? { field: 'number' } : undefined;
  return html`<section aria-label="Card">
    <h2>Card</h2>
    <p id="card">${known ? `${known.brand} that ends with ${known.last4}` : 'There is no card yet.'}</p>
    <form method="post" action="${base}/card" novalidate>
      <label for="cardNumber">New card number</label>
      <input
        id="cardNumber"
        name="cardNumber"
        inputmode="numeric"
        autocomplete="off"
        list="test-cards"
        required
        ${invalidBy(refused, 'number')}
      />
      ${CARDS}
      <button id="update-card">Update the card</button>
    </form>
  </section>`;
}

const REASONS: Record<string, string> = {
  customer_service: 'Customer service was less than expected',
  low_quality: 'Quality was less than expected',
  missing_features: 'I need more features',
  other: 'Other reason',
  switched_service: 'I found an alternative',
  too_complex: 'It is too complex',
  too_expensive: 'It is too expensive',
  unused: 'I don’t use it',
};

function reasons(options: readonly string[]): Html {
  return html`<label for="feedback">Why? (optional)</label>
    <select id="feedback" name="feedback">
      <option value="">–</option>
      ${options.map((option) => html`<option value="${option}">${REASONS[option] ?? option}</option>`)}
    </select>`;
}
