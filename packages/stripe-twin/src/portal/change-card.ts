import { checkAttachable } from '../billing/charge.js';
import { attach, insertCard, NO_BILLING_DETAILS } from '../billing/payment-method-rows.js';
import { changeCustomer, saveSubscription } from '../billing/subscription-status.js';
import { cardNumbered } from '../billing/card-numbers.js';
import { isEnded } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError } from '../wire/api-error.js';

/**
 * Keeps another card as the default of the customer, and of the subscriptions that have one of their own: what is
 * billed next is charged to it.
 * @returns what its issuer says against it, or null
 */
export function changeCard(twin: Twin, customer: string, number: string): string | null {
  const row = twin.customers.get(customer);
  if (!row) return 'The customer does not exist any more.';
  try {
    const card = cardNumbered(number);
    checkAttachable(card.name);
    return twin.store.transaction(() => {
      const billing = { ...NO_BILLING_DETAILS, email: row.email, name: row.name ?? null };
      const method = attach(twin, insertCard(twin, card, { billing, redisplay: 'always' }), customer);
      changeCustomer(twin, customer, {
        invoice_settings: { ...row.invoice_settings, default_payment_method: method.id },
      });
      for (const subscription of twin.subscriptions.scan({ where: ['customer', customer] })) {
        if (isEnded(subscription) || subscription.default_payment_method === null) continue;
        saveSubscription(twin, subscription, { ...subscription, default_payment_method: method.id });
      }
      return null;
    });
  } catch (error) {
    if (error instanceof ApiError) return error.body.message;
    throw error;
  }
}
