import Stripe from 'stripe';
import { FareboxError } from '../../../../platform/errors/farebox-error.js';

/** As Stripe's libraries have it: an older signature may be somebody's copy. */
const TOLERANCE_S = 300;

/** What is common to Stripe's snapshot and thin events. */
export interface StripeNotification {
  id: string;
  object: 'event' | 'v2.core.event';
  type: string;
  /** Seconds since the epoch (snapshot), or ISO 8601 (thin). */
  created: number | string;
  data?: { object?: Readonly<Record<string, unknown>> };
  related_object?: { id?: string } | null;
}

export class WebhookRefusedError extends FareboxError {
  constructor(message: string, cause?: unknown) {
    super('malformed_request', message, { cause });
  }
}

/**
 * Reads what came to the webhook endpoint. Any of the secrets may have signed it, so that one can be rotated.
 * @param nowMs by our clock.
 * @throws {WebhookRefusedError} unless the raw body is signed by one of the secrets, in the last five minutes.
 */
export function readSignedEvent(
  stripe: Stripe,
  rawBody: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
  nowMs: number,
): StripeNotification {
  if (signature === undefined) throw new WebhookRefusedError('The Stripe-Signature header is missing.');
  let refusal: unknown;
  for (const secret of secrets) {
    try {
      // `constructEvent` refuses thin events, which are signed the same way: the signature is checked by itself.
      const { signature: verifier } = stripe.webhooks;
      if (!verifier) throw new Error('the SDK cannot verify signatures here');
      verifier.verifyHeader(rawBody, signature, secret, TOLERANCE_S, undefined, nowMs);
      return parse(rawBody);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      refusal = error;
    }
  }
  throw new WebhookRefusedError('The signature does not fit the body, or is too old.', refusal);
}

function parse(rawBody: Buffer): StripeNotification {
  try {
    const event = JSON.parse(rawBody.toString()) as Partial<StripeNotification>;
    if (typeof event.id === 'string' && typeof event.type === 'string') return event as StripeNotification;
  } catch (error) {
    throw new WebhookRefusedError('The body is not JSON.', error);
  }
  throw new WebhookRefusedError('The body is not a Stripe event.');
}
