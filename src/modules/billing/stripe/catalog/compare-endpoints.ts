import Stripe from 'stripe';
import type { Settings } from '../../../../platform/config/settings.js';
import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import type { EndpointSecret } from '../../ports/catalog-sync.js';
import { STRIPE_API_VERSION } from '../stripe-client.js';
import { expectObject } from '../stripe-errors.js';
import { CUSTOMER_EVENTS, OUR_EVENTS } from './endpoint-events.js';
import { createOnce, isMissing } from './keyed-create.js';
import { RECEIVER_KEY } from './marks.js';
import type { Step } from './step.js';
import { WEBHOOK_PATH } from '../webhook-path.js';

type EventType = Stripe.WebhookEndpointCreateParams.EnabledEvent;
type Receiver = EndpointSecret['receiver'];

/** Marks the endpoints that the sandbox creates and manages. */
const SANDBOX_MARK = 'farebox_sandbox';

export interface WantedEndpoint {
  receiver: Receiver;
  url: string;
  description: string;
  events: readonly EventType[];
}

/** The endpoints that must exist, and why others do not. */
export function wantedEndpoints(
  settings: Settings,
  held: readonly Stripe.WebhookEndpoint[],
): { wanted: WantedEndpoint[]; notes: string[] } {
  const bySandbox = new Set(held.map(({ metadata }) => metadata[SANDBOX_MARK]));
  const wanted: WantedEndpoint[] = [];
  const notes: string[] = [];
  const reason = reasonAgainstOurs(settings);
  if (bySandbox.has('application')) notes.push('The sandbox manages its own webhook endpoint.');
  else if (reason !== undefined) notes.push(`No webhook endpoint is managed at Stripe: ${reason}`);
  else {
    const url = `${settings.get('PUBLIC_URL')}${WEBHOOK_PATH}`;
    wanted.push({ receiver: 'farebox', url, description: 'Farebox', events: OUR_EVENTS });
  }
  const moesif = settings.get('MOESIF_STRIPE_WEBHOOK_URL');
  if (moesif !== undefined && !bySandbox.has('moesif'))
    wanted.push({ receiver: 'moesif', url: moesif, description: 'Moesif', events: CUSTOMER_EVENTS });
  return { wanted, notes };
}

function reasonAgainstOurs(settings: Settings): string | undefined {
  const address = settings.get('PUBLIC_URL');
  if (address === undefined)
    return 'PUBLIC_URL is not set, so there is no address for Stripe to send events to.';
  const { hostname, protocol } = new URL(address);
  const base = settings.get('STRIPE_API_BASE');
  const twin = base !== undefined && isLoopback(new URL(base).hostname);
  if (isLoopback(hostname) && !twin)
    return 'PUBLIC_URL is an address of this machine, which Stripe cannot reach. For local tests use: stripe listen --forward-to.';
  if (settings.live && protocol !== 'https:') return 'in live mode Stripe requires an https address.';
  return undefined;
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\]|::1|0\.0\.0\.0)$/.test(hostname);
}

/** The endpoint of that address: two deployments may share an account, and only the address distinguishes them. */
export function endpointAt(
  held: readonly Stripe.WebhookEndpoint[],
  url: string,
): Stripe.WebhookEndpoint | undefined {
  const there = held.filter((endpoint) => endpoint.url === url);
  return there.find(({ status }) => status === 'enabled') ?? there[0];
}

/** The event types that the endpoint lacks. */
export function missingEvents(
  { events }: WantedEndpoint,
  { enabled_events }: Stripe.WebhookEndpoint,
): EventType[] {
  return enabled_events.includes('*') ? [] : events.filter((type) => !enabled_events.includes(type));
}

/** The step that creates or completes an endpoint. Events added by the operator stay. */
export function compareEndpoint(
  stripe: Stripe,
  wanted: WantedEndpoint,
  held: readonly Stripe.WebhookEndpoint[],
  onSecret: (secret: EndpointSecret) => void,
): Step {
  const endpoint = endpointAt(held, wanted.url);
  if (!endpoint) return newEndpoint(stripe, wanted, onSecret);
  const { id, status, enabled_events } = endpoint;
  const missing = missingEvents(wanted, endpoint);
  const disabled = status !== 'enabled';
  const differences = [
    ...(disabled ? [{ what: 'status', from: status, to: 'enabled' }] : []),
    ...(missing.length > 0 ? [{ what: 'events', from: '-', to: missing.join(' ') }] : []),
  ];
  const action = differences.length > 0 ? 'change' : 'none';
  return {
    change: { kind: 'webhook', name: wanted.receiver, action, id, differences },
    perform: async () => {
      await stripe.webhookEndpoints.update(id, {
        disabled: false,
        enabled_events: [...(enabled_events as EventType[]), ...missing],
      });
    },
  };
}

function newEndpoint(
  stripe: Stripe,
  { receiver, url, description, events }: WantedEndpoint,
  onSecret: (secret: EndpointSecret) => void,
): Step {
  return {
    change: {
      kind: 'webhook',
      name: receiver,
      action: 'create',
      id: null,
      differences: [
        { what: 'url', from: '-', to: url },
        { what: 'events', from: '-', to: String(events.length) },
      ],
    },
    perform: async () => {
      const made = await createOnce(
        `webhook:${fingerprint([url, events])}`,
        async (idempotencyKey) => {
          const params: Stripe.WebhookEndpointCreateParams = {
            url,
            description,
            enabled_events: [...events],
            api_version: STRIPE_API_VERSION,
            metadata: { [RECEIVER_KEY]: receiver },
          };
          const answer = await stripe.webhookEndpoints.create(params, { idempotencyKey });
          return expectObject(answer, 'webhook_endpoint');
        },
        async () => undefined,
        ({ id }) => exists(stripe, id),
      );
      if (made.secret) onSecret({ receiver, endpointId: made.id, url, secret: made.secret });
      return made.id;
    },
  };
}

async function exists(stripe: Stripe, id: string): Promise<boolean> {
  try {
    await stripe.webhookEndpoints.retrieve(id);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
