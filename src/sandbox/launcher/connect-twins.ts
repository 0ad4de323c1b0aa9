import { stripeWebhookPath } from '../moesif/stripe-webhook.routes.js';
import { ENABLED_EVENTS } from '../stripe/events/enabled-events.js';
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
 * The same for the application: an endpoint at its address, for all events.
 * @returns the signing secret: the one given when it still holds, else that of a new endpoint.
 */
export async function connectApplication(
  { stripe, application }: Pick<Addresses, 'stripe' | 'application'>,
  stripeKey: string,
  knownSecret: string | undefined,
): Promise<string> {
  const made = await ensureEndpoint(stripe, stripeKey, {
    mark: 'application',
    url: `${application}/webhooks/stripe`,
    description: 'Farebox (set up by the sandbox)',
    events: ['*'],
    knowsSecret: knownSecret !== undefined,
  });
  return made ?? knownSecret ?? '';
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

async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (answer.ok) return (await answer.json()) as T;
  const method = init.method ?? 'GET';
  throw new SandboxError(
    `${method} ${url} was answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`,
  );
}
