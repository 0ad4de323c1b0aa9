import { ChangeRefusedError } from '../../../subscriptions/index.js';
import type Stripe from 'stripe';
import { refusing } from '../refusing.js';
import { expectObject } from '../stripe-errors.js';
import type { Once } from '../stripe-writes.js';

/**
 * In the classic billing mode Stripe drops usage of a price that is left in the middle of a period: "Usage from January
 * 1 to January 16 isn't billed" (docs.stripe.com/billing/subscriptions/usage-based/manage-billing). The SDK: `migrate`
 * is to "Upgrade the billing_mode of an existing subscription".
 */
export const isClassic = ({ billing_mode: mode }: Stripe.Subscription): boolean => mode?.type === 'classic';

/**
 * Moves a subscription from the classic mode to the flexible one, before any of its prices is changed.
 * @throws {ChangeRefusedError} when Stripe refuses.
 */
export async function ensureFlexible(
  stripe: Stripe,
  once: Once,
  operation: string,
  subscription: Stripe.Subscription,
): Promise<void> {
  if (!isClassic(subscription)) return;
  const { id } = subscription;
  const retrieve = async () =>
    expectObject(await refusing(stripe.subscriptions.retrieve(id)), 'subscription') as Stripe.Subscription;
  const name = `${operation}:mode`;
  try {
    await once.perform<Stripe.SubscriptionMigrateParams, Stripe.Subscription>({
      operation: name,
      params: () => ({ billing_mode: { type: 'flexible' } }),
      create: async (params, idempotencyKey) =>
        expectObject(
          await refusing(stripe.subscriptions.migrate(id, params, { idempotencyKey })),
          'subscription',
        ) as Stripe.Subscription,
      find: async () => {
        const found = await retrieve();
        return isClassic(found) ? undefined : found;
      },
      retrieve,
    });
  } catch (error) {
    if (!(error instanceof ChangeRefusedError)) throw error;
    await once.abandon(name);
    throw new ChangeRefusedError(
      "The subscription is in Stripe's classic billing mode, in which usage so far would not be billed, and Stripe did not migrate it to the flexible one. Ask us to do that first.",
      error,
    );
  }
  await once.abandon(name);
}
