import Stripe from 'stripe';
import { spendsIdempotencyKey } from '../stripe-errors.js';

const ATTEMPTS = 5;

/**
 * Makes one object at Stripe once, with keys that every run of the command line makes alike. A failure that Stripe
 * stored under a key (5xx) is answered again for a day: then it is looked for what the request may have made after all,
 * and the next key is used.
 * @param find what is there already; asked before another key is used.
 * @param isThere whether what was answered is still there: for a day Stripe also answers with what was deleted since.
 */
export async function createOnce<T>(
  key: string,
  create: (idempotencyKey: string) => Promise<T>,
  find: () => Promise<T | undefined>,
  isThere: (made: T) => Promise<boolean> = async () => true,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await create(`farebox:${key}:${attempt}`);
      if (attempt === ATTEMPTS || (await isThere(made))) return made;
    } catch (error) {
      if (!spendsIdempotencyKey(error) || attempt === ATTEMPTS) throw error;
      const made = await find();
      if (made !== undefined) return made;
    }
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}
