import type Stripe from 'stripe';
import type { Finding } from '../../../platform/health/finding.js';
import { isClassic } from './changes/flexible-billing.js';
import { hasEnded } from './subscription-choice.js';

/** A sample: with more subscriptions than these, only the latest are checked. */
const LOOKED_AT = 1_000;
const SHOWN = 5;

/** Looks for live subscriptions in the classic billing mode, in which a change of price drops what was used before. */
export async function examineBillingMode(stripe: Stripe): Promise<Finding> {
  const check = 'Subscriptions are in the flexible billing mode';
  const classic: string[] = [];
  let count = 0;
  try {
    for await (const subscription of stripe.subscriptions.list({ limit: 100 })) {
      if (++count > LOOKED_AT) break;
      if (isClassic(subscription) && !hasEnded(subscription)) classic.push(subscription.id);
    }
  } catch {
    return { check, level: 'warning', message: 'the subscriptions could not be listed' };
  }
  const looked = count > LOOKED_AT ? `the latest ${LOOKED_AT}` : String(count);
  if (classic.length === 0) return { check, level: 'ok', message: `${looked} subscriptions looked at` };
  return {
    check,
    level: 'warning',
    message: `${classic.length} live subscription(s) in the classic mode: ${classic.slice(0, SHOWN).join(', ')}`,
    advice:
      'Migrate them to the flexible mode in Stripe. A price changed in the dashboard before that leaves what was used unbilled; Farebox migrates them before a change of plan.',
  };
}
