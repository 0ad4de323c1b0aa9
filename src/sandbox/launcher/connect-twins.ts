import { stripeWebhookPath } from '@farebox/moesif-twin/constants';
import { API_VERSION, ENABLED_EVENTS, METER_ERROR_TYPES } from '@farebox/stripe-twin/constants';
import type { Addresses } from './plan.js';
import { SandboxError } from './sandbox-error.js';

/** Marks the endpoints as ours, so that those a person adds stay as they are. */
const MARK = 'farebox_sandbox';

interface WebhookEndpoint {
  id: string;
  url: string;
  secret?: string;
  metadata: Record<string, string>;
}

interface EventDestination {
  id: string;
  webhook_endpoint: { url: string; signing_secret?: string };
  metadata: Record<string, string>;
}

interface Receiver {
  /** Whose endpoint it is: told apart by this mark. */
  mark: 'moesif' | 'application';
  url: string;
  description: string;
  events: readonly string[];
  /** Whether the receiver still has the secret of its endpoint. */
  knowsSecret: boolean;
}

/**
 * Does what a person does once in Stripe's dashboard: a webhook endpoint at Moesif's address with all customer events,
 * and its signing secret given to Moesif. Over restarts it stays the same one; it moves when the twin's port moved.
 */
export async function connectTwins(
  { stripe, moesif }: Pick<Addresses, 'stripe' | 'moesif'>,
  stripeKey: string,
  companyId: 'subscription' | 'customer',
): Promise<void> {
  const settings = await ask<{ stripeWebhookSecretSet: boolean }>(`${moesif}/_sandbox/settings`);
  const secret = await ensureEndpoint(stripe, stripeKey, {
    mark: 'moesif',
    url: `${moesif}${stripeWebhookPath}`,
    description: 'Moesif (set up by the sandbox)',
    events: ENABLED_EVENTS.filter((event) => event.startsWith('customer.')),
    knowsSecret: settings.stripeWebhookSecretSet,
  });
  await ask(`${moesif}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ companyId, ...(secret === undefined ? {} : { stripeWebhookSecret: secret }) }),
  });
}

/**
 * The same for the application: an endpoint at its address, for all events, and an event destination for the thin events
 * of meters.
 * @param known the signing secrets that were returned before.
 * @returns the signing secrets of both: those given when they still hold, else new ones.
 */
export async function connectApplication(
  { stripe, application }: Pick<Addresses, 'stripe' | 'application'>,
  stripeKey: string,
  known: readonly string[],
): Promise<string[]> {
  const [endpointSecret, destinationSecret] = known;
  const url = `${application}/webhooks/stripe`;
  const endpoint = await ensureEndpoint(stripe, stripeKey, {
    mark: 'application',
    url,
    description: 'Farebox (set up by the sandbox)',
    events: ['*'],
    knowsSecret: endpointSecret !== undefined,
  });
  const destination = await ensureDestination(stripe, stripeKey, url, destinationSecret !== undefined);
  return [endpoint ?? endpointSecret ?? '', destination ?? destinationSecret ?? ''];
}

/** What a person sets for a pricing table in the dashboard: those who have paid come back to the application. */
export async function connectPricingTable({
  stripe,
  application,
}: Pick<Addresses, 'stripe' | 'application'>): Promise<void> {
  await ask(`${stripe}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      pricingTableSuccessUrl: `${application}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    }),
  });
}

/** @returns the secret of an endpoint that had to be made: Stripe tells it only then. */
async function ensureEndpoint(
  stripe: string,
  stripeKey: string,
  { mark, url, description, events, knowsSecret }: Receiver,
): Promise<string | undefined> {
  const endpoints = `${stripe}/v1/webhook_endpoints`;
  const headers = { authorization: `Bearer ${stripeKey}` };
  const { data } = await ask<{ data: WebhookEndpoint[] }>(`${endpoints}?limit=100`, { headers });
  const ours = data.filter(({ metadata }) => metadata[MARK] === mark);
  if (ours.length === 1 && knowsSecret) {
    if (ours[0]?.url !== url)
      await ask(`${endpoints}/${ours[0]?.id}`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ url }),
      });
    return undefined;
  }
  for (const { id } of ours) await ask(`${endpoints}/${id}`, { method: 'DELETE', headers });
  const made = await ask<WebhookEndpoint>(endpoints, {
    method: 'POST',
    headers,
    body: new URLSearchParams([
      ['url', url],
      ['description', description],
      [`metadata[${MARK}]`, mark],
      ...events.map((event): [string, string] => ['enabled_events[]', event]),
    ]),
  });
  return made.secret;
}

/** @returns the secret of a destination that had to be made. */
async function ensureDestination(
  stripe: string,
  stripeKey: string,
  url: string,
  knowsSecret: boolean,
): Promise<string | undefined> {
  const destinations = `${stripe}/v2/core/event_destinations`;
  const headers = {
    authorization: `Bearer ${stripeKey}`,
    'content-type': 'application/json',
    'stripe-version': API_VERSION,
  };
  const send = (body: object) => ({ method: 'POST', headers, body: JSON.stringify(body) });
  const list = `${destinations}?limit=100&include[0]=webhook_endpoint.url`;
  const { data } = await ask<{ data: EventDestination[] }>(list, { headers });
  const ours = data.filter(({ metadata }) => metadata[MARK] === 'application');
  if (ours.length === 1 && knowsSecret) {
    if (ours[0]?.webhook_endpoint.url !== url)
      await ask(`${destinations}/${ours[0]?.id}`, send({ webhook_endpoint: { url } }));
    return undefined;
  }
  for (const { id } of ours) await ask(`${destinations}/${id}`, { method: 'DELETE', headers });
  const made = await ask<EventDestination>(
    destinations,
    send({
      name: 'Farebox (set up by the sandbox)',
      type: 'webhook_endpoint',
      event_payload: 'thin',
      enabled_events: METER_ERROR_TYPES,
      webhook_endpoint: { url },
      metadata: { [MARK]: 'application' },
      include: ['webhook_endpoint.signing_secret'],
    }),
  );
  return made.webhook_endpoint.signing_secret;
}

async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (answer.ok) return (await answer.json()) as T;
  const method = init.method ?? 'GET';
  throw new SandboxError(
    `${method} ${url} was answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`,
  );
}
