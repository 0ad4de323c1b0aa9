import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import type { Once, StripeWrite } from '../stripe-writes.js';
import { ChangeRefusedError } from '../../../subscriptions/index.js';
import Stripe from 'stripe';
import { spendsIdempotencyKey } from '../stripe-errors.js';

/** The number of failures in this run after which no more requests are made. */
const FAILURES = 2;
/** Stored answers that are skipped; normal use never needs so many keys in a day. */
const KEYS = 100;

/**
 * Creates one object at Stripe once, with keys that are the same in every run of the command line. For a day Stripe
 * repeats a failure (5xx) stored under a key: then the object is searched for, as the request may have created it after
 * all, and the next key is used.
 * @param find the existing object; called before another key is used.
 * @param isThere whether the object in the answer still exists: for a day Stripe also returns deleted ones.
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
      // A request refused before may be allowed by now.
      if (isReplay(error) && isRefusal(error)) continue;
      if (!spendsIdempotencyKey(error)) throw error;
      if (!isReplay(error) && ++failures === FAILURES) throw error;
      const made = await find();
      if (made !== undefined) return made;
    }
  }
  throw new Error(`all keys of ${key} are used up; Stripe forgets them after a day`);
}

/** Whether the answer is a replay of an earlier request's. */
function isReplay(error: unknown): boolean {
  const said = error instanceof ChangeRefusedError ? error.cause : error;
  return said instanceof Stripe.errors.StripeError && said.headers?.['idempotent-replayed'] === 'true';
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ChangeRefusedError || error instanceof Stripe.errors.StripeInvalidRequestError;

export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}

/** Makes each change once by idempotency keys alone, which are the same in every run of the command line: it has no state. */
export class KeyedOnce implements Once {
  async perform<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<T> {
    const params = await write.params();
    return createOnce(
      `${write.operation}:${fingerprint([params])}`,
      (idempotencyKey) => write.create(params, idempotencyKey),
      () => write.find(params),
      // For a day Stripe also answers with changes that were taken back since.
      async ({ id }) => (await write.find(params))?.id === id,
    );
  }

  async abandon(): Promise<void> {}
}
