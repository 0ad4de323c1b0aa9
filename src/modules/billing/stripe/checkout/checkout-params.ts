import type Stripe from 'stripe';
import type { CheckoutOrder } from '../../ports/checkout-gateway.js';
import { PLAN_KEY } from '../subscription-state.js';

export interface PriceIds {
  metered: string;
  /** The price paid in advance every period, when the plan has one. */
  baseFee: string | undefined;
}

/** https://docs.stripe.com/api/checkout/sessions/create; a metered price has no quantity. */
export function checkoutParams(
  order: CheckoutOrder,
  prices: PriceIds,
  automaticTax: boolean,
): Stripe.Checkout.SessionCreateParams {
  const { reference, plan, email, successUrl, cancelUrl } = order;
  return {
    mode: 'subscription',
    line_items: [
      { price: prices.metered },
      ...(prices.baseFee === undefined ? [] : [{ price: prices.baseFee, quantity: 1 }]),
    ],
    client_reference_id: reference,
    success_url: successUrl,
    cancel_url: cancelUrl,
    ...(email === undefined ? {} : { customer_email: email }),
    ...(automaticTax ? { automatic_tax: { enabled: true } } : {}),
    subscription_data: {
      metadata: { [PLAN_KEY]: plan.id },
      ...(plan.trialDays === undefined ? {} : { trial_period_days: plan.trialDays }),
    },
  };
}
