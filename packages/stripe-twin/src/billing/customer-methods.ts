import { attachable, notOfCustomer } from './payment-method-rows.js';
import { cardOfName } from './test-cards.js';
import type { PaymentMethodRow } from '../state/rows.js';
import type { Twin } from '../twin.js';

/** The parameters that name a customer's default payment method. */
interface Named {
  invoice_settings?: { default_payment_method?: string | null | undefined } | undefined;
}

/** What a new customer comes with, by the name it was given in the request. @throws {ApiError} 400, 402 */
export function firstMethods(
  twin: Twin,
  params: Named & { payment_method?: string | undefined },
): Map<string, PaymentMethodRow> {
  const methods = new Map<string, PaymentMethodRow>();
  const { payment_method: first } = params;
  if (first !== undefined) methods.set(first, attachable(twin, first, 'payment_method'));
  const settled = params.invoice_settings?.default_payment_method;
  // The same name in both places is the same card: `pm_card_visa` is one card here, not two.
  if (settled && !methods.has(settled)) {
    if (!cardOfName(settled)) throw notOfCustomer(settled, DEFAULT_METHOD);
    methods.set(settled, attachable(twin, settled, DEFAULT_METHOD));
  }
  return methods;
}

export const DEFAULT_METHOD = 'invoice_settings[default_payment_method]';

/** The parameters with the id of the method in the place of the name under which it was sent. */
export function withMethod<P extends Named>(sent: P, methods: Map<string, PaymentMethodRow>): P {
  const name = sent.invoice_settings?.default_payment_method;
  const method = name ? methods.get(name) : undefined;
  if (!sent.invoice_settings || !method) return sent;
  return { ...sent, invoice_settings: { ...sent.invoice_settings, default_payment_method: method.id } };
}
