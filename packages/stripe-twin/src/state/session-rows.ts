import type Stripe from 'stripe';
import type { Wire } from './wire.js';

export type CheckoutSessionView = Wire<Stripe.Checkout.Session>;
export type LineItemView = Wire<Stripe.LineItem>;

/** What the subscription will be made of, as the form of a request: it is read when the session is completed. */
export type SubscriptionForm = Record<string, string | Record<string, string>>;

/** A payment that waits for the cardholder to confirm it. The card by its name; its number is never kept. */
export interface PendingPayment {
  card: string;
  email: string;
  name: string | null;
  address: Stripe.Address | null;
}

/** The view without what is worked out when it is shown, beside what is not shown. */
export interface CheckoutSessionRow {
  id: string;
  view: Omit<CheckoutSessionView, 'customer' | 'subscription' | 'url' | 'line_items'> & {
    customer: string | null;
    subscription: string | null;
  };
  /** As they were when the session was made: a price that is changed later does not change them. */
  items: LineItemView[];
  subscription_form: SubscriptionForm;
  updates_name: boolean;
  updates_address: boolean;
  pending: PendingPayment | null;
}

/** `url` is there as long as the session is open. */
export function sessionView({ origin }: { origin: string }, row: CheckoutSessionRow): CheckoutSessionView {
  return {
    ...structuredClone(row.view),
    url: row.view.status === 'open' ? `${origin}/c/pay/${row.id}` : null,
  };
}

/** When time alone ends the session, in seconds. */
export function sessionDue({ view }: CheckoutSessionRow): number {
  return view.status === 'open' ? view.expires_at : Infinity;
}

/** Whether a card is asked for: always, unless it was agreed to ask only when something is due now. */
export function needsCard({ view }: CheckoutSessionRow): boolean {
  return view.payment_method_collection !== 'if_required' || (view.amount_total ?? 0) > 0;
}

export const checkoutSessionIndexes = {
  customer: ({ view }: CheckoutSessionRow) => view.customer,
  subscription: ({ view }: CheckoutSessionRow) => view.subscription,
};
