import type Stripe from 'stripe';
import type { Finding } from '../../../platform/health/finding.js';
import { collectionPauseOf } from './subscription-choice.js';

/** A sample: with more subscriptions than these, only the latest are checked. */
const LOOKED_AT = 1_000;
const SHOWN = 5;

/** Looks for live subscriptions whose invoices are not collected because an operator paused that in Stripe. */
export async function examinePauses(stripe: Stripe): Promise<Finding> {
  const check = 'The collection of no subscription is paused';
  const paused: string[] = [];
  let count = 0;
  try {
    for await (const subscription of stripe.subscriptions.list({ limit: 100 })) {
      if (++count > LOOKED_AT) break;
      const behavior = collectionPauseOf(subscription);
      if (behavior !== null) paused.push(`${subscription.id} (${behavior})`);
    }
  } catch {
    return { check, level: 'warning', message: 'the subscriptions could not be listed' };
  }
  const looked = count > LOOKED_AT ? `the latest ${LOOKED_AT}` : String(count);
  if (paused.length === 0) return { check, level: 'ok', message: `${looked} subscriptions checked` };
  return {
    check,
    level: 'warning',
    message: `${paused.length} of ${looked} subscriptions are paused: ${paused.slice(0, SHOWN).join(', ')}`,
    advice:
      'Their status stays active, so calls go on and are not collected: new invoices are voided, kept as drafts or marked uncollectible. Resume the collection in Stripe, or cancel the subscriptions whose calls should stop.',
  };
}
