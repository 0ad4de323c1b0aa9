import Stripe from 'stripe';
import { allPages } from '../stripe-client.js';
import type { WantedEndpoint } from './compare-endpoints.js';
import { METER_ERROR_EVENTS } from './endpoint-events.js';
import { OURS, RECEIVER_KEY } from './marks.js';

export type Destination = Stripe.V2.Core.EventDestination;

/** The address it was created for: a destination whose address was changed later is still recognised by this. */
const URL_KEY = `${OURS}url`;

/** The event destinations of an account; `refusal` says why they cannot be read. */
export interface HeldDestinations {
  destinations: readonly Destination[];
  refusal?: string;
}

/** Without a page size: Stripe does not document the allowed values. */
export async function readDestinations(stripe: Stripe): Promise<HeldDestinations> {
  try {
    const list = stripe.v2.core.eventDestinations.list({ include: ['webhook_endpoint.url'] });
    return { destinations: await allPages(list) };
  } catch (error) {
    const refusal = refusalOf(error);
    // A request without parameters cannot be invalid: 400 is about the key or the account too.
    const unfit = error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 400;
    if (refusal === undefined && !unfit) throw error;
    return { destinations: [], refusal: refusal ?? (error as Error).message };
  }
}

/**
 * Stripe's message when this key or account cannot have event destinations: restricted keys have no access to `/v2`,
 * for one. 401 is included, as the same key has been valid for `/v1` before. `undefined` for other errors.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Stripe.errors.StripeError)) return undefined;
  return [401, 403, 404].includes(error.statusCode ?? 0) ? error.message : undefined;
}

export function refusalNote(refusal: string): string {
  const reason = refusal.replace(/(?<![.\s])[.\s]+$/, '');
  return `Stripe lets this key have no event destinations ("${reason}"), so that it cannot tell Farebox of usage that it rejects later; that is found by its totals alone, after USAGE_SETTLING.`;
}

/** The parameters for creating the destination of the thin events. */
export function newDestination(url: string): Stripe.V2.Core.EventDestinationCreateParams {
  return {
    name: 'Farebox: rejected usage',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: [...METER_ERROR_EVENTS],
    webhook_endpoint: { url },
    metadata: { [RECEIVER_KEY]: 'farebox', [URL_KEY]: url },
    include: ['webhook_endpoint.url', 'webhook_endpoint.signing_secret'],
  };
}

/** The address that the destination must have: that of our endpoint, which reads both kinds of events. */
export function destinationUrl(wanted: readonly WantedEndpoint[]): string | undefined {
  return wanted.find(({ receiver }) => receiver === 'farebox')?.url;
}

/** The thin destination of that address, from any creator, or the one that we created for it and that was redirected since. */
export function destinationFor(destinations: readonly Destination[], url: string): Destination | undefined {
  const thin = destinations.filter((one) => one.event_payload === 'thin' && one.type === 'webhook_endpoint');
  const there = thin.filter((one) => one.webhook_endpoint?.url === url);
  return (
    there.find(({ status }) => status === 'enabled') ??
    thin.find(({ metadata }) => metadata?.[URL_KEY] === url) ??
    there[0]
  );
}

/** The meter error types that it lacks. */
export function missingThinEvents({ enabled_events }: Destination): string[] {
  if (enabled_events.includes('*')) return [];
  return METER_ERROR_EVENTS.filter((type) => !enabled_events.includes(type));
}
