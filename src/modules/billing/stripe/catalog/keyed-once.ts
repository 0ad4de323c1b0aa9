import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import type { Once } from '../changes/once.js';
import type { StripeWrite } from '../stripe-writes.js';
import { createOnce } from './keyed-create.js';

/** Makes each change once by keys alone, which every run of the command line makes alike: it remembers nothing. */
export class KeyedOnce implements Once {
  async perform<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<T> {
    const params = await write.params();
    return createOnce(
      `${write.operation}:${fingerprint([params])}`,
      (idempotencyKey) => write.create(params, idempotencyKey),
      () => write.find(params),
      // For a day Stripe answers with what was taken back since, too.
      async ({ id }) => (await write.find(params))?.id === id,
    );
  }

  async abandon(): Promise<void> {}
}
