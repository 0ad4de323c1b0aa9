import Stripe from 'stripe';
import { FareboxError } from '../../../../platform/errors/farebox-error.js';

/** As Stripe's libraries have it: an older signature may be somebody's copy. */
const TOLERANCE_S = 300;

/** What we keep of an event, snapshot or thin. */
export interface StripeNotification {
  /** Stripe's: `evt_…`. */
  id: string;
  type: string;
  happenedAt: Date;
  /** The object it is about, and its customer, where there is one. */
  objectId: string | null;
  customerId: string | null;
  /** JSON, as it came. */
  payload: string;
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
  const payload = rawBody.toString();
  const read = isThin(payload) ? readThin : readSnapshot;
  let refusal: unknown;
  for (const secret of secrets) {
    try {
      return read(stripe, { rawBody, payload, signature, secret, nowMs });
    } catch (error) {
      if (error instanceof SyntaxError) throw new WebhookRefusedError('The body is not JSON.', error);
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      refusal = error;
    }
  }
  throw new WebhookRefusedError('The signature does not fit the body, or is too old.', refusal);
}

interface Signed {
  rawBody: Buffer;
  payload: string;
  signature: string;
  secret: string;
  nowMs: number;
}

/** Decides which of the SDK's readers gets it, and nothing else: nobody has verified it yet. */
function isThin(payload: string): boolean {
  try {
    return (JSON.parse(payload) as { object?: unknown } | null)?.object === 'v2.core.event';
  } catch {
    return false;
  }
}

function readThin(
  stripe: Stripe,
  { rawBody, payload, signature, secret, nowMs }: Signed,
): StripeNotification {
  const thin = stripe.parseEventNotification(rawBody, signature, secret, TOLERANCE_S, undefined, nowMs);
  const related = 'related_object' in thin ? thin.related_object : null;
  const happenedAt = new Date(thin.created);
  return notification({
    ...thin,
    happenedAt,
    objectId: related && 'id' in related ? textOf(related.id) : null,
    customerId: null,
    payload,
  });
}

function readSnapshot(
  stripe: Stripe,
  { rawBody, payload, signature, secret, nowMs }: Signed,
): StripeNotification {
  const { webhooks } = stripe;
  const event = webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_S, undefined, nowMs);
  const object = event.data?.object as unknown as Readonly<Record<string, unknown>> | undefined;
  const happenedAt = new Date(event.created * 1_000);
  return notification({
    id: event.id,
    type: event.type,
    happenedAt,
    objectId: textOf(object?.['id']),
    customerId: customerOf(object),
    payload,
  });
}

/** @throws {WebhookRefusedError} for what is signed and is no event. */
function notification({ id, type, happenedAt, objectId, customerId, payload }: StripeNotification) {
  if (typeof id !== 'string' || typeof type !== 'string' || Number.isNaN(happenedAt.getTime()))
    throw new WebhookRefusedError('The body is not a Stripe event.');
  return { id, type, happenedAt, objectId, customerId, payload };
}

/** The customer an event is about: itself, or named by its object. */
function customerOf(object: Readonly<Record<string, unknown>> | undefined): string | null {
  const customer = object?.['object'] === 'customer' ? object['id'] : object?.['customer'];
  return textOf(customer) ?? textOf((customer as { id?: unknown } | null | undefined)?.id);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
