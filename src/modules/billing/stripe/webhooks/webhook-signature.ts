import Stripe from 'stripe';
import { FareboxError } from '../../../../platform/errors/farebox-error.js';
import { depthOf, MAX_JSON_DEPTH } from '../../../../platform/http/json-body.js';
import type { ProviderEvent } from '../../webhooks/webhook-events.js';

/** As in Stripe's libraries: an older signature may be a replay. */
const TOLERANCE_S = 300;

export class WebhookRefusedError extends FareboxError {
  constructor(message: string, cause?: unknown) {
    super('malformed_request', message, { cause });
  }
}

/**
 * Verifies and reads a webhook request. Any of the secrets may have signed it, so that one can be rotated.
 * @param nowMs by our clock.
 * @throws {WebhookRefusedError} unless the raw body is signed by one of the secrets, in the last five minutes.
 */
export function readSignedEvent(
  stripe: Stripe,
  rawBody: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
  nowMs: number,
): ProviderEvent {
  if (signature === undefined) throw new WebhookRefusedError('The Stripe-Signature header is missing.');
  verify(stripe, rawBody, signature, secrets, nowMs);
  // Parsed only now: unverified bodies must not cause parsing work.
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
  // PostgreSQL would refuse to store it, at each delivery again.
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

/** A thin event has its time in ISO 8601. https://docs.stripe.com/api/v2/core/events/event-notifications */
function readThin(thin: Fields, payload: string): ProviderEvent {
  const related = fieldsOf(thin['related_object']);
  return notification(thin, {
    happenedAt: new Date(textOf(thin['created']) ?? NaN),
    objectId: textOf(related['id']),
    customerId: null,
    payload,
  });
}

/** A snapshot has its time in seconds since the epoch. https://docs.stripe.com/api/events/object */
function readSnapshot(event: Fields, payload: string): ProviderEvent {
  const data = fieldsOf(event['data']);
  const object = fieldsOf(data['object']);
  return notification(event, {
    happenedAt: new Date(typeof event['created'] === 'number' ? event['created'] * 1_000 : NaN),
    objectId: textOf(object['id']),
    // A detached payment method no longer has a customer: the event has the former one.
    customerId: customerOf(object) ?? customerOf(fieldsOf(data['previous_attributes'])),
    payload,
  });
}

/** Characters that PostgreSQL cannot store in a text: no name or id of Stripe's contains one. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/** @throws {WebhookRefusedError} for a signed body that is not an event. */
function notification({ id, type }: Fields, about: Omit<ProviderEvent, 'id' | 'type'>): ProviderEvent {
  const named = [id, type, about.objectId, about.customerId].filter((name) => name !== null);
  const texts = named.every((name) => typeof name === 'string' && !UNSTORABLE.test(name));
  if (!texts || Number.isNaN(about.happenedAt.getTime()))
    throw new WebhookRefusedError('The body is not a Stripe event.');
  return { id: String(id), type: String(type), ...about };
}

/** The customer of an event: the object itself, or referenced by it. */
function customerOf(object: Fields): string | null {
  const customer = object['object'] === 'customer' ? object['id'] : object['customer'];
  return textOf(customer) ?? textOf(fieldsOf(customer)['id']);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
