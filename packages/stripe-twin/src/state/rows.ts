import type Stripe from 'stripe';
import { metadataKeys } from './metadata-key.js';
import type { Wire } from './wire.js';

/** The objects as the twin keeps them. Most are what Stripe shows; where not, the comment says why. */
export type AccountRow = Wire<Stripe.Account>;
export type CustomerRow = Wire<Stripe.Customer>;
export type MeterRow = Wire<Stripe.Billing.Meter>;
export type ProductRow = Wire<Stripe.Product>;

/** A price with its tiers, which the view leaves out unless they are asked for. */
export type PriceRow = Wire<Stripe.Price> & { product: string };

/** `test_card` says how the card behaves; it is not shown. */
export type PaymentMethodRow = Omit<Wire<Stripe.PaymentMethod>, 'customer'> & {
  customer: string | null;
  test_card: string;
};

/** The secret is shown once, in the answer that creates the endpoint. */
export interface WebhookEndpointRow {
  id: string;
  secret: string;
  view: Wire<Stripe.WebhookEndpoint>;
}

/** Address and secret are shown only to those who ask for them, the secret at creation alone. */
export interface EventDestinationRow {
  id: string;
  url: string;
  secret: string;
  view: Wire<Stripe.V2.Core.EventDestination>;
}

export type SubscriptionView = Wire<Stripe.Subscription>;

export interface SubscriptionItemRow {
  id: string;
  created: number;
  /** Id of the price: what it says now is looked up when the item is shown. */
  price: string;
  /** Null for metered prices. */
  quantity: number | null;
  metadata: Record<string, string>;
  current_period_start: number;
  current_period_end: number;
  /** Usage counts for this item from here on, when that is later than the start of its period. */
  usage_from?: number;
}

/** The items by themselves: their prices can change after they were added. */
export type SubscriptionRow = Omit<SubscriptionView, 'customer' | 'items' | 'latest_invoice'> & {
  customer: string;
  items: SubscriptionItemRow[];
  latest_invoice: string | null;
  /** Whether the event that announces the end of the trial was sent. Not shown. */
  trial_end_announced?: boolean;
  /** Whether what was paid ahead beyond `cancel_at` is given back. Not shown. */
  cancel_prorates?: boolean;
  /** The end of the period whose invoice was announced, in seconds. Not shown. */
  upcoming_for?: number;
  /** When its schedule changes it next, in seconds. Not shown. */
  phase_ends_at?: number;
};

export type ScheduleView = Wire<Stripe.SubscriptionSchedule>;
type PhaseView = ScheduleView['phases'][number];

/** What a phase subscribes to. The twin keeps ids where the SDK's type allows objects. */
export type PhaseItemRow = Omit<PhaseView['items'][number], 'price' | 'plan'> & {
  price: string;
  plan: string;
};
export type PhaseRow = Omit<PhaseView, 'items' | 'metadata'> & {
  items: PhaseItemRow[];
  metadata: Record<string, string>;
};
export type SubscriptionScheduleRow = Omit<ScheduleView, 'customer' | 'subscription' | 'phases'> & {
  customer: string;
  subscription: string | null;
  phases: PhaseRow[];
};

export function isEnded(row: SubscriptionRow): boolean {
  return row.status === 'canceled' || row.status === 'incomplete_expired';
}

export type TestClockRow = Wire<Stripe.TestHelpers.TestClock>;
export type InvoiceView = Wire<Stripe.Invoice>;
export type LineView = Wire<Stripe.InvoiceLineItem>;

/** Where lines of an invoice come from: they stand, or they are counted anew as long as it is a draft. */
export type LineSource =
  | { kind: 'fixed'; line: LineView }
  | {
      kind: 'usage';
      id: string;
      subscription: string;
      item: string;
      price: string;
      start: number;
      /** Exclusive. */
      end: number;
      /** The whole billing period that it is a part of, where a price came in the middle. */
      period?: { start: number; end: number };
      /** Used in a trial: counted, and free. */
      trial: boolean;
    };

/** `sources`, `subscription`, `payment_intent`, `overdue` and `unanswered` are not shown. */
export type InvoiceRow = Omit<InvoiceView, 'customer' | 'lines' | 'default_payment_method' | 'payments'> & {
  customer: string;
  default_payment_method: string | null;
  /** As they were when it was saved last; a draft's are worked out when it is looked at. */
  lines: LineView[];
  sources: LineSource[];
  subscription: string | null;
  payment_intent: string | null;
  /** Its due date was passed, and said so. */
  overdue: boolean;
  /** Webhook endpoints whose answer its hour as a draft waits for. */
  unanswered?: string[];
};

export type InvoiceItemRow = Omit<Wire<Stripe.InvoiceItem>, 'customer' | 'invoice'> & {
  customer: string;
  invoice: string | null;
};

/** `invoice` is not shown: an invoice payment connects them. */
export type PaymentIntentRow = Omit<Wire<Stripe.PaymentIntent>, 'customer'> & {
  customer: string;
  invoice: string | null;
};
export type ChargeRow = Omit<Wire<Stripe.Charge>, 'payment_intent'> & { payment_intent: string };
export type RefundRow = Omit<Wire<Stripe.Refund>, 'charge' | 'payment_intent'> & {
  charge: string;
  payment_intent: string;
};
export type DisputeRow = Wire<Stripe.Dispute> & { charge: string };
export type InvoicePaymentRow = Omit<Wire<Stripe.InvoicePayment>, 'invoice'> & { invoice: string };
export type CreditNoteRow = Omit<Wire<Stripe.CreditNote>, 'invoice' | 'customer' | 'refunds'> & {
  invoice: string;
  customer: string;
  refunds: { amount_refunded: number; payment_record_refund: null; refund: string; type: 'refund' }[];
};

export const customerIndexes = {
  email: (row: CustomerRow) => row.email,
  metadata: (row: CustomerRow) => metadataKeys(row.metadata),
  test_clock: (row: CustomerRow) => idOf(row.test_clock),
};

export const invoiceIndexes = {
  customer: (row: InvoiceRow) => row.customer,
  subscription: (row: InvoiceRow) => row.subscription,
};

export const invoiceItemIndexes = {
  customer: (row: InvoiceItemRow) => row.customer,
  invoice: (row: InvoiceItemRow) => row.invoice,
};

export const paymentIntentIndexes = { customer: (row: PaymentIntentRow) => row.customer };

export const chargeIndexes = {
  customer: (row: ChargeRow) => idOf(row.customer),
  payment_intent: (row: ChargeRow) => row.payment_intent,
};

export const disputeIndexes = { charge: (row: DisputeRow) => row.charge };

export const refundIndexes = { charge: (row: RefundRow) => row.charge };

export const invoicePaymentIndexes = { invoice: (row: InvoicePaymentRow) => row.invoice };

export const creditNoteIndexes = {
  customer: (row: CreditNoteRow) => row.customer,
  invoice: (row: CreditNoteRow) => row.invoice,
};

/** The id, where a field may hold the object instead. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

export const priceIndexes = {
  lookup_key: (row: PriceRow) => row.lookup_key,
  product: (row: PriceRow) => row.product,
};

export const meterIndexes = { event_name: (row: MeterRow) => row.event_name };

export const paymentMethodIndexes = { customer: (row: PaymentMethodRow) => row.customer };

export const scheduleIndexes = { customer: (row: SubscriptionScheduleRow) => row.customer };

export const subscriptionIndexes = {
  customer: (row: SubscriptionRow) => row.customer,
  item: (row: SubscriptionRow) => row.items.map((item) => item.id),
  price: (row: SubscriptionRow) => row.items.map((item) => item.price),
};
