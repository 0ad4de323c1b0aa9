import { createSpecs as subscriptionSpecs } from '../billing/subscription-params.js';
import type { RawHash } from '../wire/form.js';
import { parseParams, type Parsed } from '../wire/params.js';
import type { createSpecs } from './session-params.js';
import type { CheckoutSessionRow, SubscriptionForm } from '../state/session-rows.js';

/** What `subscription_data` says, as the form of `POST /v1/subscriptions`. Empty values are left out. */
export function subscriptionForm(params: Parsed<typeof createSpecs>): SubscriptionForm {
  const data = params.subscription_data;
  const form: SubscriptionForm = {};
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) form[name] = String(value);
  };
  add('description', data?.description);
  add('trial_end', data?.trial_end);
  add('trial_period_days', data?.trial_period_days);
  if (data?.billing_mode) form['billing_mode'] = { type: data.billing_mode.type };
  if (data?.metadata) form['metadata'] = data.metadata;
  if (params.automatic_tax?.enabled) form['automatic_tax'] = { enabled: 'true' };
  if (data?.trial_settings) {
    form['missing_payment_method'] = data.trial_settings.end_behavior.missing_payment_method;
  }
  return form;
}

/** The parameters of the subscription that a session makes. It is not collected by itself: Checkout does that. */
export function subscriptionParams(
  { items, subscription_form }: CheckoutSessionRow,
  customer: string,
  paymentMethod: string | null,
): Parsed<typeof subscriptionSpecs> {
  const { missing_payment_method: missing, ...form } = subscription_form;
  const raw: RawHash = {
    ...form,
    customer,
    items: items.map(({ price, quantity, metadata }) => ({
      price: price?.id ?? '',
      ...(quantity !== null && { quantity: String(quantity) }),
      ...(metadata && { metadata }),
    })),
    payment_behavior: 'default_incomplete',
    ...(paymentMethod !== null && { default_payment_method: paymentMethod }),
    ...(typeof missing === 'string' && {
      trial_settings: { end_behavior: { missing_payment_method: missing } },
    }),
  };
  return parseParams(subscriptionSpecs, raw);
}
