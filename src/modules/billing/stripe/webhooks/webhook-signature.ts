import Stripe from 'stripe';
import { FareboxError } from '../../../../platform/errors/farebox-error.js';
import { depthOf, MAX_JSON_DEPTH } from '../../../../platform/http/json-body.js';

/** As Stripe's libraries have it: an older signature may be replayed. */
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
  verify(stripe, rawBody, signature, secrets, nowMs);
  // Parsed only now: work on a body is in proportion to what is known of its sender.
  const payload = rawBody.toString();
  const body = parse(payload);
  return body['object'] === 'v2.core.event' ? readThin(body, payload) : readSnapshot(body, payload);
}

/** @throws {WebhookRefusedError} */
function verify(
  { webhooks }: Stripe,
  rawBody: Buffer,
  signature: string,
  secrets: readonly string[],
  nowMs: number,
): void {
  const verifier = webhooks.signature;
  if (!verifier) throw new Error('this build of the Stripe SDK cannot verify signatures');
  let refusal: unknown;
  for (const secret of secrets) {
    try {
      verifier.verifyHeader(rawBody, signature, secret, TOLERANCE_S, undefined, nowMs);
      return;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      refusal = error;
    }
  }
  throw new WebhookRefusedError('The signature does not fit the body, or is too old.', refusal);
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws {WebhookRefusedError} */
function parse(payload: string): Fields {
  // PostgreSQL would refuse to store it, at each delivery anew.
  if (depthOf(payload) > MAX_JSON_DEPTH)
    throw new WebhookRefusedError(`The body is nested too deeply. ${MAX_JSON_DEPTH} levels are read.`);
  let body: unknown;
  try {
    body = JSON.parse(payload);
  } catch (error) {
    throw new WebhookRefusedError('The body is not JSON.', error);
  }
  if (!isFields(body)) throw new WebhookRefusedError('The body is not a Stripe event.');
  return body;
}

/** A thin event says when in ISO 8601. https://docs.stripe.com/api/v2/core/events/event-notifications */
function readThin(thin: Fields, payload: string): StripeNotification {
  const related = fieldsOf(thin['related_object']);
  return notification(thin, {
    happenedAt: new Date(textOf(thin['created']) ?? NaN),
    objectId: textOf(related['id']),
    customerId: null,
    payload,
  });
}

/** A snapshot says when in seconds since the epoch. https://docs.stripe.com/api/events/object */
function readSnapshot(event: Fields, payload: string): StripeNotification {
  const data = fieldsOf(event['data']);
  const object = fieldsOf(data['object']);
  return notification(event, {
    happenedAt: new Date(typeof event['created'] === 'number' ? event['created'] * 1_000 : NaN),
    objectId: textOf(object['id']),
    // A payment method that was detached has no customer any more: it says whose it was.
    customerId: customerOf(object) ?? customerOf(fieldsOf(data['previous_attributes'])),
    payload,
  });
}

/** What PostgreSQL cannot keep in a text: no name or id of Stripe's holds one. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/** @throws {WebhookRefusedError} for what is signed and is no event. */
function notification(
  { id, type }: Fields,
  about: Omit<StripeNotification, 'id' | 'type'>,
): StripeNotification {
  const named = [id, type, about.objectId, about.customerId].filter((name) => name !== null);
  const texts = named.every((name) => typeof name === 'string' && !UNSTORABLE.test(name));
  if (!texts || Number.isNaN(about.happenedAt.getTime()))
    throw new WebhookRefusedError('The body is not a Stripe event.');
  return { id: String(id), type: String(type), ...about };
}

/** The customer an event is about: itself, or named by its object. */
function customerOf(object: Fields): string | null {
  const customer = object['object'] === 'customer' ? object['id'] : object['customer'];
  return textOf(customer) ?? textOf(fieldsOf(customer)['id']);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
