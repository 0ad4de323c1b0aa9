import type Stripe from 'stripe';
import type { PaymentMethodState } from '../../../platform/identity/principal.js';

/**
 * Whether Stripe has a payment method to charge for invoices of the subscription. Its order (SDK, `default_payment_method`
 * and `default_source` of Subscription): "This takes precedence over `default_source`. If neither are set, invoices will use
 * the customer's invoice_settings.default_payment_method or default_source." With `send_invoice` customers pay manually.
 */
export function paymentMethodOf(
  subscription: Pick<Stripe.Subscription, 'collection_method' | 'default_payment_method' | 'default_source'>,
  customer: Pick<Stripe.Customer, 'invoice_settings' | 'default_source'>,
): PaymentMethodState {
  if (subscription.collection_method === 'send_invoice') return 'not_needed';
  const charged =
    subscription.default_payment_method ??
    subscription.default_source ??
    customer.invoice_settings.default_payment_method ??
    customer.default_source ??
    null;
  return charged === null ? 'missing' : 'present';
}
