import Stripe from 'stripe';
import { ChangeRefusedError } from '../../billing-errors.js';
import { spendsIdempotencyKey } from '../stripe-errors.js';

/** After so many failures of this run's own Stripe is left alone. */
const FAILURES = 2;
/** Stored answers that are passed over; so many keys are used up in a day by nobody. */
const KEYS = 100;

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
  let failures = 0;
  for (let number = 1; number <= KEYS; number++) {
    try {
      const made = await create(`farebox:${key}:${number}`);
      if (await isThere(made)) return made;
    } catch (error) {
      // What was refused before may be allowed by now.
      if (isReplay(error) && isRefusal(error)) continue;
      if (!spendsIdempotencyKey(error)) throw error;
      if (!isReplay(error) && ++failures === FAILURES) throw error;
      const made = await find();
      if (made !== undefined) return made;
    }
  }
  throw new Error(`all keys of ${key} are used up; Stripe forgets them after a day`);
}

/** Whether the answer is one that an earlier request got. */
function isReplay(error: unknown): boolean {
  const said = error instanceof ChangeRefusedError ? error.cause : error;
  return said instanceof Stripe.errors.StripeError && said.headers?.['idempotent-replayed'] === 'true';
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ChangeRefusedError || error instanceof Stripe.errors.StripeInvalidRequestError;

export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}
