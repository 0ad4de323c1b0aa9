import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { seconds } from '../state/clock.js';
import { idOf, type CustomerRow, type PaymentMethodRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchReference, type ApiError } from '../wire/api-error.js';
import { newLongId } from '../wire/ids.js';
import type { Wire } from '../state/wire.js';
import { checkAttachable } from './charge.js';
import { cardOfName, type TestCard } from './test-cards.js';

export type PaymentMethodView = Wire<Stripe.PaymentMethod>;

/** Without the name of the test card, by which the twin knows how it will behave. */
export function paymentMethodView(row: PaymentMethodRow): PaymentMethodView {
  const { test_card: _card, ...view } = row;
  return structuredClone(view);
}

interface CardDetails {
  exp_month: number;
  exp_year: number;
  billing: PaymentMethodView['billing_details'];
  metadata: Record<string, string>;
  redisplay: NonNullable<PaymentMethodView['allow_redisplay']>;
}

export const NO_BILLING_DETAILS: PaymentMethodView['billing_details'] = {
  address: null,
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

/** "Uniquely identifies this particular card number": the same for each payment method that is made of it. */
const fingerprintOf = ({ number }: TestCard): string =>
  createHash('sha256')
    .update(`fingerprint ${number}`)
    .digest('base64url')
    .replaceAll(/[-_]/g, '')
    .slice(0, 16);

/** A card as a payment method of its own, attached to nobody. */
export function insertCard(twin: Twin, card: TestCard, details: Partial<CardDetails> = {}): PaymentMethodRow {
  const now = seconds(twin.clock);
  const row: PaymentMethodRow = {
    id: newLongId('pm'),
    object: 'payment_method',
    allow_redisplay: details.redisplay ?? 'unspecified',
    billing_details: details.billing ?? NO_BILLING_DETAILS,
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: card.country,
      display_brand: card.brand,
      exp_month: details.exp_month ?? 12,
      exp_year: details.exp_year ?? new Date(now * 1000).getUTCFullYear() + 3,
      fingerprint: fingerprintOf(card),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: details.metadata ?? {},
    radar_options: {},
    test_card: card.name,
    type: 'card',
  };
  return twin.paymentMethods.put(row);
}

/** The payment method of that id; a name like `pm_card_visa` makes a new one each time, as on Stripe. */
export function namedPaymentMethod(twin: Twin, id: string): PaymentMethodRow | undefined {
  const known = twin.paymentMethods.get(id);
  if (known) return known;
  const card = cardOfName(id);
  return card && insertCard(twin, card);
}

/** @throws {ApiError} 402 when the card is refused, 400 when it belongs to another customer. */
export function attach(twin: Twin, row: PaymentMethodRow, customer: string): PaymentMethodRow {
  if (row.customer === customer) return row;
  checkFree(row);
  const attached = twin.paymentMethods.put({ ...row, customer });
  twin.log.record('payment_method.attached', paymentMethodView(attached));
  return attached;
}

function checkFree(row: PaymentMethodRow): void {
  if (row.customer !== null) {
    throw invalid(
      'The payment method you provided has already been attached to a customer.',
      undefined,
      'payment_method_unexpected_state',
    );
  }
  checkAttachable(row.test_card);
}

/** A method that could be attached to a customer who is still to be made. @throws {ApiError} 400, 402 */
export function attachable(twin: Twin, id: string, param: string): PaymentMethodRow {
  const row = namedPaymentMethod(twin, id);
  if (!row) throw noSuchReference('PaymentMethod', id, param);
  checkFree(row);
  return row;
}

/**
 * The method to keep as somebody's default: one that is attached to the customer. A name like `pm_card_visa` is
 * attached on the way.
 * @throws {ApiError} 400 for a method that is unknown, or not this customer's
 */
export function defaultMethod(twin: Twin, id: string, customer: string, param: string): PaymentMethodRow {
  const known = twin.paymentMethods.get(id);
  if (known?.customer === customer) return known;
  const card = cardOfName(id);
  if (card) return attach(twin, insertCard(twin, card), customer);
  if (!known) throw noSuchReference('PaymentMethod', id, param);
  throw notOfCustomer(id, param);
}

export function notOfCustomer(id: string, param: string): ApiError {
  return invalid(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    param,
    'resource_missing',
  );
}

/** What an invoice of the subscription, or of the customer alone, would be charged to. */
export function chargeableMethod(
  twin: Pick<Twin, 'customers' | 'paymentMethods'>,
  customer: string,
  ownDefault?: string | null,
): PaymentMethodRow | undefined {
  const row: CustomerRow | undefined = twin.customers.get(customer);
  const id = ownDefault ?? idOf(row?.invoice_settings.default_payment_method);
  return id === null ? undefined : twin.paymentMethods.get(id);
}
