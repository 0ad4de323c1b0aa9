import type Stripe from 'stripe';
import type { Finding } from '../../../platform/health/finding.js';

/** A sample: with more subscriptions than these, only the latest are checked. */
const LOOKED_AT = 1_000;
const SHOWN = 5;
const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/** Looks for customers with two live items on one meter: the same usage may be billed on each. */
export async function examineDoubles(stripe: Stripe): Promise<Finding> {
  const check = 'No usage is billed twice';
  const seen = new Set<string>();
  const doubles = new Set<string>();
  let count = 0;
  try {
    for await (const { status, customer, items } of stripe.subscriptions.list({ limit: 100 })) {
      if (++count > LOOKED_AT) break;
      if (ENDED.includes(status)) continue;
      const who = typeof customer === 'string' ? customer : customer.id;
      for (const { price } of items.data) {
        const meter = price.recurring?.meter;
        if (!meter) continue;
        const key = `${who} ${meter}`;
        if (seen.has(key)) doubles.add(who);
        seen.add(key);
      }
    }
  } catch {
    return { check, level: 'warning', message: 'the subscriptions could not be listed' };
  }
  const looked = count > LOOKED_AT ? `the latest ${LOOKED_AT}` : String(count);
  if (doubles.size === 0) return { check, level: 'ok', message: `${looked} subscriptions looked at` };
  const shown = [...doubles].slice(0, SHOWN).join(', ');
  return {
    check,
    level: 'problem',
    message: `${doubles.size} customer(s) have two live subscription items on one meter: ${shown}`,
    advice: 'Cancel all but one in Stripe: each may bill all of the usage.',
  };
}
