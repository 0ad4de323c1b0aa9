import Stripe from 'stripe';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { BillingUnavailableError, CustomerRefusedError } from '../ports/billing-errors.js';
import { lacksTaxLocation } from './automatic-tax.js';

/**
 * Translates Stripe's errors to ours, once, at the edge. The cause says what the operator should do.
 * https://docs.stripe.com/error-handling
 */
export function translateStripeError(error: unknown): FareboxError {
  if (error instanceof FareboxError) return error;
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'email') {
    return new CustomerRefusedError(
      { field: 'email', message: 'is not an email address that can be billed' },
      error,
    );
  }
  return new BillingUnavailableError(new Error(adviceFor(error), { cause: error }));
}

function adviceFor(error: unknown): string {
  const { errors } = Stripe;
  if (error instanceof errors.StripeAuthenticationError) return 'Stripe refused the key. Check STRIPE_KEY.';
  if (error instanceof errors.StripePermissionError) {
    return 'The restricted key in STRIPE_KEY lacks a permission. docs/operations.md lists those it needs.';
  }
  if (error instanceof errors.StripeConnectionError)
    return 'Stripe cannot be reached. Check the network and, if set, STRIPE_API_BASE.';
  if (error instanceof errors.StripeRateLimitError)
    return 'Stripe asks us to slow down; the request is repeated later.';
  if (error instanceof errors.StripeIdempotencyError)
    return 'Stripe knows the idempotency key from another request.';
  if (lacksTaxLocation(error))
    return 'Stripe Tax cannot place the customer: give it an address in Stripe. With automaticTax, people must come by checkout.';
  if (error instanceof errors.StripeInvalidRequestError) {
    return 'Stripe refused a request that we built: often a price or a meter that is not there. Run "npm run farebox -- doctor".';
  }
  if (error instanceof errors.StripeAPIError)
    return 'Stripe had an error of its own; the request is repeated later.';
  return 'What Stripe answered could not be read; the request is repeated later.';
}

/**
 * Whether the answer is stored under the request's idempotency key, so that the key would only return it again: Stripe
 * keeps the result of every request that began to run, a 500 too.
 */
export function spendsIdempotencyKey(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && (error.statusCode ?? 0) >= 500;
}

/**
 * SDK 23 resolves an error answer that has no `error` key, from a proxy for example, as if it had succeeded.
 * @throws {Error} when the answer is not an object of that kind.
 */
export function expectObject<T extends { id?: string; object?: string }>(
  value: T,
  kind: string,
): T & { id: string } {
  if (value?.object === kind && typeof value.id === 'string' && value.id !== '')
    return value as T & { id: string };
  throw new Error(`the answer is not a Stripe ${kind}`);
}
