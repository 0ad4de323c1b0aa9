import type Stripe from 'stripe';
import type { Settings } from '../../../platform/config/settings.js';
import type { Finding } from '../../../platform/health/finding.js';
import {
  destinationFor,
  destinationUrl,
  type HeldDestinations,
  missingThinEvents,
  readDestinations,
  refusalNote,
} from './catalog/event-destinations.js';
import {
  endpointAt,
  missingEvents,
  type WantedEndpoint,
  wantedEndpoints,
} from './catalog/compare-endpoints.js';

/** Our endpoint and the destination of the thin events sign with a secret each. */
const OUR_SECRETS = 2;

const ADVICE = 'Run: npm run farebox -- catalog apply';

/** Checks whether Stripe sends Farebox and Moesif the events that they need. */
export async function examineEndpoints(stripe: Stripe, settings: Settings): Promise<Finding[]> {
  let held: Stripe.WebhookEndpoint[];
  let destinations: HeldDestinations;
  try {
    held = (await stripe.webhookEndpoints.list({ limit: 100 })).data;
    destinations = await readDestinations(stripe);
  } catch {
    const check = 'Stripe sends webhooks';
    return [{ check, level: 'warning', message: 'the endpoints could not be listed' }];
  }
  const { wanted, notes } = wantedEndpoints(settings, held);
  const others: Finding[] = notes.map((note) => ({
    check: 'Stripe webhooks to Farebox',
    level: bySandbox(held) ? 'ok' : 'warning',
    message: note,
    ...(bySandbox(held)
      ? {}
      : { advice: 'Without webhooks, accounts follow Stripe once a day only: docs/billing.md.' }),
  }));
  return [
    ...others,
    ...wanted.map((endpoint) => examine(endpoint, held)),
    ...examineDestination(destinations, destinationUrl(wanted)),
    ...examineSecret(settings, wanted, destinations),
    ...(wanted.some(({ receiver }) => receiver === 'moesif') ? [] : [examineCustomerEvents(held)]),
  ];
}

function bySandbox(held: readonly Stripe.WebhookEndpoint[]): boolean {
  return held.some(({ metadata }) => metadata['farebox_sandbox'] === 'application');
}

function examine(wanted: WantedEndpoint, held: readonly Stripe.WebhookEndpoint[]): Finding {
  const check = `Stripe webhooks to ${wanted.receiver === 'farebox' ? 'Farebox' : 'Moesif'}`;
  const endpoint = endpointAt(held, wanted.url);
  if (!endpoint)
    return { check, level: 'problem', message: `no endpoint has the address ${wanted.url}`, advice: ADVICE };
  if (endpoint.status !== 'enabled')
    return { check, level: 'problem', message: `the endpoint ${endpoint.id} is disabled`, advice: ADVICE };
  const missing = missingEvents(wanted, endpoint);
  if (missing.length > 0)
    return {
      check,
      level: 'problem',
      message: `${endpoint.id} is not sent ${missing.join(', ')}`,
      advice: ADVICE,
    };
  return { check, level: 'ok', message: `${endpoint.id}, enabled, with all events` };
}

function examineDestination({ destinations, refusal }: HeldDestinations, url: string | undefined): Finding[] {
  if (url === undefined) return [];
  const check = 'Stripe reports rejected usage to Farebox';
  if (refusal !== undefined) return [{ check, level: 'warning', message: refusalNote(refusal) }];
  const destination = destinationFor(destinations, url);
  const problem = (message: string): Finding[] => [{ check, level: 'problem', message, advice: ADVICE }];
  if (!destination) return problem(`no event destination sends thin events to ${url}`);
  const { id, status, webhook_endpoint } = destination;
  if (status !== 'enabled') return problem(`the event destination ${id} is disabled`);
  if (webhook_endpoint?.url !== url)
    return problem(`${id} sends to ${webhook_endpoint?.url ?? 'nobody'} and not to ${url}`);
  const missing = missingThinEvents(destination);
  if (missing.length > 0) return problem(`${id} is not sent ${missing.join(', ')}`);
  return [{ check, level: 'ok', message: `${id}, enabled, with both events` }];
}

function examineSecret(
  settings: Settings,
  wanted: readonly WantedEndpoint[],
  { destinations }: HeldDestinations,
): Finding[] {
  const check = 'Webhooks can be verified';
  const secrets = settings.get('STRIPE_WEBHOOK_SECRET').length;
  const url = destinationUrl(wanted);
  if (secrets > 0 && secrets < OUR_SECRETS && url !== undefined && destinationFor(destinations, url))
    return [
      {
        check,
        level: 'problem',
        message:
          'STRIPE_WEBHOOK_SECRET has one secret, and the endpoint and the event destination sign with one each',
        advice:
          "Take both signing secrets from Stripe's dashboard, or from the file that catalog apply wrote, into .env, separated by a comma.",
      },
    ];
  if (secrets > 0) return [{ check, level: 'ok', message: 'STRIPE_WEBHOOK_SECRET is set' }];
  if (!wanted.some(({ receiver }) => receiver === 'farebox')) return [];
  return [
    {
      check,
      level: 'problem',
      message: 'STRIPE_WEBHOOK_SECRET is not set',
      advice:
        "Take the signing secret of the endpoint from Stripe's dashboard, or from the file that catalog apply wrote, into .env.",
    },
  ];
}

/** Moesif gets customer events through a manually created endpoint when MOESIF_STRIPE_WEBHOOK_URL is not set. */
function examineCustomerEvents(held: readonly Stripe.WebhookEndpoint[]): Finding {
  const check = 'Customer events are sent to an endpoint';
  const listening = held.filter(
    ({ status, enabled_events }) =>
      status === 'enabled' && enabled_events.some((event) => event === '*' || event.startsWith('customer.')),
  );
  if (listening.length > 0) return { check, level: 'ok', message: `${listening.length} enabled endpoint(s)` };
  return {
    check,
    level: 'warning',
    message: 'no enabled webhook endpoint has customer events',
    advice: "Connect Stripe with Moesif, so that profiles show Stripe's metadata: docs/operations.md.",
  };
}
