import { cardError, chargeCard, checkAttachable } from '../billing/charge.js';
import { collect } from '../billing/collect-invoice.js';
import { createSubscription } from '../billing/create-subscription.js';
import { attach, insertCard, NO_BILLING_DETAILS } from '../billing/payment-method-rows.js';
import { changeCustomer } from '../billing/subscription-status.js';
import { isRecognized } from '../billing/tax.js';
import { cardOfName, type TestCard } from '../billing/test-cards.js';
import { createCustomer, createSpecs as customerSpecs } from '../billing/customers.js';
import { cardNumbered } from '../billing/card-numbers.js';
import { idOf, isEnded, type CustomerRow, type PaymentMethodRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError } from '../wire/api-error.js';
import { email as emailParam } from '../wire/email.js';
import { parseParams } from '../wire/params.js';
import { detailsOf } from './create-session.js';
import {
  needsCard,
  sessionView,
  type CheckoutSessionRow,
  type PendingPayment,
} from '../state/session-rows.js';
import { subscriptionParams } from './subscription-form.js';

/** What a person has filled in. */
export interface Filled {
  email: string;
  number: string;
  name: string;
  /** Asked for where tax is worked out: a code of two letters. */
  country: string;
  postalCode: string;
}

/** How it ended, for the page. `confirm`: the cardholder is asked to. */
export type Payment =
  | { kind: 'complete' }
  | { kind: 'confirm' }
  | { kind: 'refused'; field: 'email' | 'number' | 'country' | null; message: string };

const NOT_CONFIRMED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

/** Pays an open session. Everything that can be refused is refused before anything is made. */
export function pay(twin: Twin, row: CheckoutSessionRow, filled: Filled): Payment {
  return twin.store.transaction((): Payment => {
    const email = emailOf(twin, row) ?? filled.email.trim();
    if (!isEmail(email)) {
      const message = 'Your email is incomplete or not valid.';
      return { kind: 'refused', field: 'email', message };
    }
    const name = filled.name.trim() || null;
    const address = addressOf(filled) ?? addressKnown(twin, row);
    if (row.view.automatic_tax.enabled && !isRecognized(address)) {
      const message = 'Your country (two letters) is required, and the postal code in the US and Canada.';
      return { kind: 'refused', field: 'country', message };
    }
    const person = { email, name, address };
    if (!needsCard(row)) return complete(twin, row, null, person);
    const card = usableCard(row, filled.number);
    if (card instanceof ApiError) return { kind: 'refused', field: 'number', message: card.body.message };
    if (card.confirmedInPerson) {
      twin.timeline.saveSession({ ...row, pending: { card: card.name, ...person } });
      return { kind: 'confirm' };
    }
    return complete(twin, row, card, person);
  });
}

type Person = Omit<PendingPayment, 'card'>;

/** What was filled in. The page asks for it with automatic tax alone; Stripe's form of a card always does. */
function addressOf(filled: Filled): Person['address'] {
  const country = filled.country.trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(country)) return null;
  const postal_code = filled.postalCode.trim() || null;
  return { city: null, country, line1: null, line2: null, postal_code, state: null };
}

function addressKnown(twin: Twin, { view }: CheckoutSessionRow): Person['address'] {
  const customer = view.customer === null ? undefined : twin.customers.get(view.customer);
  return view.automatic_tax.enabled ? (customer?.address ?? null) : null;
}

/** The second step, for a card whose holder has to confirm. */
export function confirm(twin: Twin, row: CheckoutSessionRow, confirmed: boolean): Payment {
  const { pending } = row;
  const card = pending && cardOfName(pending.card);
  return twin.store.transaction((): Payment => {
    const settled = twin.timeline.saveSession({ ...row, pending: null });
    if (!card || !confirmed) return { kind: 'refused', field: 'number', message: NOT_CONFIRMED };
    return complete(twin, settled, card, pending);
  });
}

/** An email that is settled before the page is opened. */
export function emailOf(twin: Twin, { view }: CheckoutSessionRow): string | null {
  const customer = view.customer === null ? undefined : twin.customers.get(view.customer);
  return customer?.email ?? view.customer_email;
}

function isEmail(text: string): boolean {
  try {
    emailParam.parse(text, 'email');
    return true;
  } catch {
    return false;
  }
}

/** The test card of that number, or what its issuer says against it. */
function usableCard({ view }: CheckoutSessionRow, number: string): TestCard | ApiError {
  try {
    const card = cardNumbered(number);
    checkAttachable(card.name);
    if ((view.amount_total ?? 0) > 0) {
      const outcome = chargeCard(card.name, { onSession: true });
      if (outcome.kind === 'declined') throw cardError(outcome.decline);
    }
    return card;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/**
 * Makes what the session stands for, in the order of Stripe's events: the customer, the card, the subscription with
 * its first invoice and payment, and at last the completion.
 */
function complete(
  twin: Twin,
  row: CheckoutSessionRow,
  card: TestCard | null,
  { email, name, address }: Person,
): Payment {
  const obstacle = obstacleTo(twin, row);
  if (obstacle !== null) return { kind: 'refused', field: null, message: obstacle };
  const customer = settledCustomer(twin, row, { email, name, address });
  const method = card && keptCard(twin, card, customer.id, email, name);
  const made = createSubscription(twin, subscriptionParams(row, customer.id, method?.id ?? null));
  const invoice = twin.invoices.get(idOf(made.latest_invoice) ?? '');
  if (invoice?.status === 'open') {
    collect(twin, invoice, { onSession: true, confirmed: true, automatic: false });
  }
  const due = row.view.amount_total ?? 0;
  const done = twin.timeline.saveSession({
    ...row,
    pending: null,
    view: {
      ...row.view,
      automatic_tax: row.view.automatic_tax.enabled
        ? { ...row.view.automatic_tax, status: 'complete' }
        : row.view.automatic_tax,
      customer: customer.id,
      customer_details: detailsOf(email, { ...customer, name: name ?? customer.name ?? null }),
      invoice: idOf(made.latest_invoice),
      payment_status: due > 0 ? 'paid' : 'no_payment_required',
      status: 'complete',
      subscription: made.id,
    },
  });
  twin.log.record('checkout.session.completed', sessionView(twin, done));
  return { kind: 'complete' };
}

/** What has changed since the session was made, and would make the subscription impossible. */
function obstacleTo(twin: Twin, { view, items }: CheckoutSessionRow): string | null {
  const gone = items.some((item) => !twin.prices.get(item.price?.id ?? '')?.active);
  if (gone) return 'One of the prices is not offered any more.';
  if (view.customer === null) return null;
  if (!twin.customers.get(view.customer)) return 'The customer of this checkout does not exist any more.';
  const other = [...twin.subscriptions.scan({ where: ['customer', view.customer] })].find(
    (subscription) => !isEnded(subscription) && subscription.currency !== view.currency,
  );
  return other ? `The customer has a subscription in another currency: ${other.currency}.` : null;
}

function settledCustomer(
  twin: Twin,
  { view, updates_name, updates_address }: CheckoutSessionRow,
  { email, name, address }: Person,
): CustomerRow {
  const known = view.customer === null ? undefined : twin.customers.get(view.customer);
  if (known) {
    const renamed = updates_name && name !== null;
    const moved = updates_address && address !== null;
    changeCustomer(twin, known.id, { email, ...(renamed && { name }), ...(moved && { address }) });
    return twin.customers.get(known.id) ?? known;
  }
  const { id } = createCustomer(
    twin,
    parseParams(customerSpecs, {
      email,
      ...(name !== null && { name }),
      ...(address && {
        address: { country: address.country ?? '', postal_code: address.postal_code ?? '' },
      }),
    }),
  );
  const made = twin.customers.get(id);
  if (!made) throw new Error(`${id} was made and is not there`);
  return made;
}

function keptCard(
  twin: Twin,
  card: TestCard,
  customer: string,
  email: string,
  name: string | null,
): PaymentMethodRow {
  const billing = { ...NO_BILLING_DETAILS, email, name };
  return attach(twin, insertCard(twin, card, { billing, redisplay: 'limited' }), customer);
}

/** The session is over without a payment: its time is up, or it was asked for. */
export function expire(twin: Twin, row: CheckoutSessionRow): CheckoutSessionRow {
  const expired = twin.timeline.saveSession({
    ...row,
    pending: null,
    view: { ...row.view, status: 'expired' },
  });
  twin.log.record('checkout.session.expired', sessionView(twin, expired));
  return expired;
}

/** What time alone does to a session. */
export function stepSession(twin: Twin, id: string): void {
  const row = twin.checkoutSessions.get(id);
  if (row?.view.status === 'open') expire(twin, row);
}
