import type Stripe from 'stripe';
import type { Catalog } from '../../../catalog/index.js';
import type { Finding } from '../../../platform/health/finding.js';
import { describeItem, ENDED_STATUSES, planOfItem } from './subscription-state.js';

/** A sample: with more subscriptions than these, only the latest are checked. */
const LOOKED_AT = 1_000;
const SHOWN = 5;

/** With `automaticTax`: whether Stripe calculates the tax of every live subscription of the catalog's plans. */
export async function examineTax(stripe: Stripe, catalog: Catalog): Promise<Finding[]> {
  if (!catalog.switches.automaticTax) return [];
  const check = 'Stripe works out the tax of every subscription';
  const without: string[] = [];
  let count = 0;
  try {
    for await (const subscription of stripe.subscriptions.list({ limit: 100 })) {
      if (++count > LOOKED_AT) break;
      if (ENDED_STATUSES.includes(subscription.status) || subscription.automatic_tax.enabled) continue;
      if (subscription.items.data.length > 0 && planOfItem(catalog, describeItem(subscription)))
        without.push(subscription.id);
    }
  } catch {
    return [{ check, level: 'warning', message: 'the subscriptions could not be listed' }];
  }
  const looked = count > LOOKED_AT ? `the latest ${LOOKED_AT}` : String(count);
  if (without.length === 0) return [{ check, level: 'ok', message: `${looked} subscriptions checked` }];
  return [
    {
      check,
      level: 'problem',
      message: `${without.length} of ${looked} live subscriptions have no automatic tax: ${without.slice(0, SHOWN).join(', ')}`,
      advice:
        'Their invoices have no tax, which the seller may owe. Give the customers an address in Stripe, then switch automatic tax on for the subscriptions; a pricing table needs "Collect tax automatically".',
    },
  ];
}
