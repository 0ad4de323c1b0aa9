import { ChangeRefusedError } from '../../subscriptions/index.js';
import Stripe from 'stripe';
import { lacksTaxLocation } from './automatic-tax.js';

/** Translates Stripe's permanent refusals to our errors. */
export async function refusing<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError)
      throw new ChangeRefusedError('The payment was declined. Use another payment method.', error);
    if (lacksTaxLocation(error))
      throw new ChangeRefusedError(
        'The tax cannot be worked out: your billing address is missing or not recognised. Ask us to add it, then try again.',
        error,
      );
    // A 409 means that another request is working on the same subscription.
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409)
      throw new ChangeRefusedError('The billing service does not allow this change.', error);
    throw error;
  }
}
