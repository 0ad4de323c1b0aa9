import type Stripe from 'stripe';
import { moneyText } from '../../../catalog/index.js';
import type { Finding } from '../../../platform/health/finding.js';

/** A sample: with more open invoices than these, only the latest are checked. */
const LOOKED_AT = 1_000;
const SHOWN = 5;

/**
 * Looks for open invoices that Stripe does not try to collect: a cancellation in the dashboard, or by Stripe after
 * failed payments, stops the collection of all the customer's invoices, and the debt remains.
 */
export async function examineDebts(stripe: Stripe): Promise<Finding> {
  const check = 'Open invoices are being collected';
  const shown: string[] = [];
  const owed = new Map<string, bigint>();
  let [count, stopped] = [0, 0];
  try {
    for await (const invoice of stripe.invoices.list({
      status: 'open',
      collection_method: 'charge_automatically',
      limit: 100,
    })) {
      if (++count > LOOKED_AT) break;
      if (invoice.auto_advance || invoice.amount_remaining === 0) continue;
      stopped += 1;
      owed.set(invoice.currency, (owed.get(invoice.currency) ?? 0n) + BigInt(invoice.amount_remaining));
      if (invoice.id && shown.length < SHOWN) shown.push(invoice.id);
    }
  } catch {
    return { check, level: 'warning', message: 'the open invoices could not be listed' };
  }
  if (stopped === 0)
    return { check, level: 'ok', message: `${Math.min(count, LOOKED_AT)} open invoices checked` };
  const sums = [...owed].map(([currency, amount]) => `${moneyText(amount, currency)} ${currency}`).join(', ');
  return {
    check,
    level: 'warning',
    message: `${stopped} open invoice(s) over ${sums} are not collected by Stripe: ${shown.join(', ')}`,
    advice:
      'Stripe stops when a subscription is cancelled in the dashboard or after failed payments. In Stripe, turn automatic collection of each on again, or void it or mark it uncollectible.',
  };
}
