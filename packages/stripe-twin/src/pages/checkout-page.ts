import { html, type Html } from '@farebox/twin-kit';
import { emailOf, type Filled, type Payment } from '../checkout/complete-session.js';
import { needsCard, type CheckoutSessionRow, type LineItemView } from '../state/session-rows.js';
import type { Twin } from '../twin.js';
import { page } from './layout.js';
import { amounts, day, money, period } from './price-text.js';

/** Cards to choose from, so that nobody has to look them up. */
export const CARDS = html`<datalist id="test-cards">
    <option value="4242 4242 4242 4242">pays</option>
    <option value="4000 0000 0000 0002">is declined</option>
    <option value="4000 0025 0000 3155">asks the cardholder to confirm</option>
    <option value="4000 0000 0000 0341">can be kept, and fails when it is charged</option>
  </datalist>
  <details class="soft">
    <summary>Test cards</summary>
    <p>
      <code>4242 4242 4242 4242</code> pays, <code>4000 0000 0000 0002</code> is declined,
      <code>4000 0025 0000 3155</code> asks to be confirmed.
    </p>
  </details>`;

type Refused = Extract<Payment, { kind: 'refused' }>;

/** The form of an open session; again with what was filled in, and what stands against it. */
export function checkoutPage(
  twin: Twin,
  row: CheckoutSessionRow,
  filled?: Partial<Filled>,
  refused?: Refused,
): Html {
  return page('Checkout', [summary(twin, row), form(twin, row, filled, refused)], 'two');
}

/** Where the bank would ask the cardholder. */
export function confirmPage(row: CheckoutSessionRow): Html {
  const { view } = row;
  return page(
    'Confirm the payment',
    html`<section>
      <h1>Confirm the payment</h1>
      <p>
        The bank of this card asks you to
        confirm${
          (view.amount_total ?? 0) > 0
            ? ` the payment of ${money(view.amount_total, view.currency)}`
            : ' that it may be charged later'
        }.
      </p>
      <form method="post" action="/c/pay/${row.id}/confirm">
        <button id="authenticate" name="confirmed" value="yes">Complete authentication</button>
        <button id="fail-authentication" class="plain" name="confirmed" value="no">
          Fail authentication
        </button>
      </form>
    </section>`,
  );
}

function summary(twin: Twin, { view, items, subscription_form }: CheckoutSessionRow): Html {
  const names = items.map((item) => item.description).join(', ');
  const days = subscription_form['trial_period_days'];
  const until = subscription_form['trial_end'];
  const trial =
    typeof days === 'string'
      ? `Free for ${days} ${days === '1' ? 'day' : 'days'}, then as above.`
      : typeof until === 'string'
        ? `Free until ${day(Number(until))}, then as above.`
        : null;
  const later = items.some((item) => item.price?.recurring?.usage_type === 'metered')
    ? 'What you use is billed at the end of each period.'
    : null;
  return html`<section aria-label="Summary">
    <h1>Subscribe to ${names}</h1>
    <ul class="items">
      ${items.map((item) => lineItem(twin, item))}
    </ul>
    <p class="row total">
      <span>Due today</span> <span id="due">${money(view.amount_total, view.currency)}</span>
    </p>
    ${[trial, later].filter(Boolean).map((text) => html`<p class="soft">${text}</p>`)}
    ${view.cancel_url ? html`<p><a id="cancel" href="${view.cancel_url}">Cancel</a></p>` : ''}
  </section>`;
}

function lineItem(twin: Twin, item: LineItemView): Html {
  const price = twin.prices.get(item.price?.id ?? '');
  const product = price && twin.products.get(price.product);
  const lines = price ? amounts(price, product?.unit_label) : [];
  const times = item.quantity === null || item.quantity === 1 ? '' : html` × ${item.quantity}`;
  return html`<li>
    <div class="row">
      <strong>${item.description}${times}</strong>
      <span>${item.quantity === null ? '' : money(item.amount_total, item.currency)}</span>
    </div>
    ${lines.map((line) => html`<div>${line}${times === '' || price?.tiers ? '' : ' each'}</div>`)}
    <div class="soft">Billed ${price ? period(price) : ''}</div>
    ${product?.description ? html`<div class="soft">${product.description}</div>` : ''}
  </li>`;
}

function form(twin: Twin, row: CheckoutSessionRow, filled: Partial<Filled> = {}, refused?: Refused): Html {
  const known = emailOf(twin, row);
  const due = row.view.amount_total ?? 0;
  const label = due > 0 ? `Pay ${money(due, row.view.currency)}` : 'Subscribe';
  return html`<section aria-label="Payment">
    <h2>Your details</h2>
    ${refused ? html`<p class="error" id="error" role="alert">${refused.message}</p>` : ''}
    <form method="post" action="/c/pay/${row.id}" novalidate>
      <label for="email">Email</label>
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="email"
        required
        value="${known ?? filled.email ?? ''}"
        ${known === null ? '' : html.trusted('readonly')}
        ${invalidBy(refused, 'email')}
      />
      ${needsCard(row) ? cardFields(filled, refused) : ''}
      ${row.view.automatic_tax.enabled ? addressFields(filled, refused) : ''}
      <button id="pay" type="submit">${label}</button>
    </form>
  </section>`;
}

function cardFields(filled: Partial<Filled>, refused?: Refused): Html {
  return html`<label for="cardNumber">Card number</label>
    <input
      id="cardNumber"
      name="cardNumber"
      inputmode="numeric"
      autocomplete="off"
      list="test-cards"
      placeholder="4242 4242 4242 4242"
      required
      ${invalidBy(refused, 'number')}
    />
    <label for="billingName">Name on the card</label>
    <input id="billingName" name="billingName" autocomplete="cc-name" value="${filled.name ?? ''}" />
    ${CARDS}`;
}

/** Tax needs a location: the country, and in some countries the postal code. */
function addressFields(filled: Partial<Filled>, refused?: Refused): Html {
  return html`<label for="country">Country (two letters)</label>
    <input
      id="country"
      name="country"
      autocomplete="country"
      maxlength="2"
      placeholder="US"
      required
      value="${filled.country ?? ''}"
      ${invalidBy(refused, 'country')}
    />
    <label for="postalCode">Postal code</label>
    <input
      id="postalCode"
      name="postalCode"
      autocomplete="postal-code"
      value="${filled.postalCode ?? ''}"
    />`;
}

/** Says to the field that the message above is about it. */
export function invalidBy(refused: { field: string | null } | undefined, field: string): Html | '' {
  return refused?.field === field ? html.trusted('aria-invalid="true" aria-describedby="error"') : '';
}
