import { stripeWebhookPath } from '../moesif/stripe-webhook.routes.js';
import { ENABLED_EVENTS } from '../stripe/events/enabled-events.js';
import type { Addresses } from './plan.js';
import { SandboxError } from './sandbox-error.js';

/** Marks the endpoint as ours, so that those a person adds stay as they are. */
const MARK = { name: 'farebox_sandbox', value: 'moesif' };

interface WebhookEndpoint {
  id: string;
  url: string;
  secret?: string;
  metadata: Record<string, string>;
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
  const endpoints = `${stripe}/v1/webhook_endpoints`;
  const authorization = `Bearer ${stripeKey}`;
  const url = `${moesif}${stripeWebhookPath}`;
  const [listed, settings] = await Promise.all([
    ask<{ data: WebhookEndpoint[] }>(`${endpoints}?limit=100`, { headers: { authorization } }),
    ask<{ stripeWebhookSecretSet: boolean }>(`${moesif}/_sandbox/settings`),
  ]);
  const ours = listed.data.filter((endpoint) => endpoint.metadata[MARK.name] === MARK.value);
  let secret: string | undefined;
  // Stripe tells the secret only as it makes the endpoint: when Moesif has lost it, a new one is needed.
  if (ours.length !== 1 || !settings.stripeWebhookSecretSet) {
    for (const { id } of ours) {
      await ask(`${endpoints}/${id}`, { method: 'DELETE', headers: { authorization } });
    }
    const made = await ask<WebhookEndpoint>(endpoints, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams([
        ['url', url],
        ['description', 'Moesif (set up by the sandbox)'],
        [`metadata[${MARK.name}]`, MARK.value],
        ...ENABLED_EVENTS.filter((event) => event.startsWith('customer.')).map((event): [string, string] => [
          'enabled_events[]',
          event,
        ]),
      ]),
    });
    secret = made.secret;
  } else if (ours[0]?.url !== url) {
    const body = new URLSearchParams({ url });
    await ask(`${endpoints}/${ours[0]?.id}`, { method: 'POST', headers: { authorization }, body });
  }
  await ask(`${moesif}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ companyId, ...(secret === undefined ? {} : { stripeWebhookSecret: secret }) }),
  });
}

async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (answer.ok) return (await answer.json()) as T;
  const method = init.method ?? 'GET';
  throw new SandboxError(
    `${method} ${url} was answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`,
  );
}
