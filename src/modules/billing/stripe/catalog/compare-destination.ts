import Stripe from 'stripe';
import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import type { Difference, EndpointSecret } from '../../ports/catalog-sync.js';
import { expectObject } from '../stripe-errors.js';
import {
  type Destination,
  destinationFor,
  missingThinEvents,
  newDestination,
  readDestinations,
  refusalNote,
  refusalOf,
} from './event-destinations.js';
import { createOnce } from './keyed-create.js';
import type { Step } from './step.js';

const KIND = { kind: 'event destination', name: 'rejected usage' } as const;

/**
 * The step that creates or corrects the destination of the thin events at our address. Events added by the operator
 * stay. A refusal by Stripe is only noted: billing does not depend on the destination.
 */
export function compareDestination(
  stripe: Stripe,
  url: string,
  held: readonly Destination[],
  onSecret: (secret: EndpointSecret) => void,
): Step {
  const destination = destinationFor(held, url);
  const step = destination ? mended(stripe, url, destination) : made(stripe, url, onSecret);
  return { ...step, noteInstead };
}

function noteInstead(error: unknown): string | undefined {
  const refusal = refusalOf(error);
  return refusal === undefined ? undefined : refusalNote(refusal);
}

function mended(stripe: Stripe, url: string, destination: Destination): Step {
  const { id, status, enabled_events, webhook_endpoint } = destination;
  const missing = missingThinEvents(destination);
  const moved = webhook_endpoint?.url !== url;
  const differences: Difference[] = [
    ...(status === 'enabled' ? [] : [{ what: 'status', from: status, to: 'enabled' }]),
    ...(moved ? [{ what: 'url', from: webhook_endpoint?.url ?? '-', to: url }] : []),
    ...(missing.length > 0 ? [{ what: 'events', from: '-', to: missing.join(' ') }] : []),
  ];
  return {
    change: { ...KIND, action: differences.length > 0 ? 'change' : 'none', id, differences },
    perform: async () => {
      const { eventDestinations } = stripe.v2.core;
      if (moved || missing.length > 0)
        await eventDestinations.update(id, {
          ...(moved ? { webhook_endpoint: { url } } : {}),
          ...(missing.length > 0 ? { enabled_events: [...enabled_events, ...missing] } : {}),
        });
      // Last: everything is correct when it is enabled, and after an interruption it is still disabled.
      if (status !== 'enabled') await eventDestinations.enable(id);
    },
  };
}

function made(stripe: Stripe, url: string, onSecret: (secret: EndpointSecret) => void): Step {
  const params = newDestination(url);
  return {
    change: {
      ...KIND,
      action: 'create',
      id: null,
      differences: [
        { what: 'url', from: '-', to: url },
        { what: 'events', from: '-', to: params.enabled_events.join(' ') },
      ],
    },
    perform: async () => {
      const { id, webhook_endpoint } = await createOnce<Destination>(
        `destination:${fingerprint([url, params.enabled_events])}`,
        async (idempotencyKey) =>
          expectObject(
            await stripe.v2.core.eventDestinations.create(params, { idempotencyKey }),
            'v2.core.event_destination',
          ),
        async () => destinationFor((await readDestinations(stripe)).destinations, url),
        ({ id: answered }) => exists(stripe, answered),
      );
      const secret = webhook_endpoint?.signing_secret;
      if (secret) onSecret({ receiver: 'farebox', thin: true, endpointId: id, url, secret });
      return id;
    },
  };
}

async function exists(stripe: Stripe, id: string): Promise<boolean> {
  try {
    await stripe.v2.core.eventDestinations.retrieve(id);
    return true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return false;
    throw error;
  }
}
