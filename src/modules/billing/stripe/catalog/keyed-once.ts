import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import type { Once } from '../changes/once.js';
import type { StripeWrite } from '../stripe-writes.js';
import { createOnce } from './keyed-create.js';

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
