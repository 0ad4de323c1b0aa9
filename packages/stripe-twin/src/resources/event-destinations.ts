import type Stripe from 'stripe';
import type { EventDestinationRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, notFound } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newId, randomText } from '../wire/ids.js';
import { pageOf } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import {
  hash,
  integer,
  list,
  oneOf,
  type Param,
  type Parsed,
  paramsOf,
  required,
  text,
  unsupported,
} from '../wire/params.js';
import { httpUrl } from '../wire/url.js';
import type { Wire } from '../state/wire.js';

type View = Wire<Stripe.V2.Core.EventDestination>;

const URL_FIELD = 'webhook_endpoint.url';
const SECRET_FIELD = 'webhook_endpoint.signing_secret';
const include = list(oneOf(URL_FIELD));
const target = hash({ url: required(httpUrl) });

/** Thin events are named by the version of the API that they are of. Which there are, only Stripe knows. */
const thinType: Param<string> = {
  required: false,
  parse(raw, path) {
    const type = text(200).parse(raw, path);
    if (type !== '*' && !/^v[12](\.[a-z_]+){2,}$/.test(type))
      throw invalid(`Unknown thin event type: ${type}`, path);
    return type;
  },
};

const createSpecs = paramsOf<Stripe.V2.Core.EventDestinationCreateParams>()({
  amazon_eventbridge: unsupported,
  azure_event_grid: unsupported,
  description: text(),
  enabled_events: required(list(thinType)),
  event_payload: required(oneOf('thin', 'snapshot')),
  events_from: unsupported,
  include: list(oneOf(URL_FIELD, SECRET_FIELD)),
  metadata,
  name: required(text()),
  snapshot_api_version: unsupported,
  type: required(oneOf('webhook_endpoint', 'amazon_eventbridge', 'azure_event_grid')),
  webhook_endpoint: target,
});

const updateSpecs = paramsOf<Stripe.V2.Core.EventDestinationUpdateParams>()({
  description: text(),
  enabled_events: list(thinType),
  include,
  metadata,
  name: text(),
  webhook_endpoint: target,
});

const listSpecs = {
  ...paramsOf<Stripe.V2.Core.EventDestinationListParams>()({ include, limit: integer({ min: 1, max: 100 }) }),
  /** Stands in the address of the next page. */
  page: text(),
};

const retrieveSpecs = paramsOf<Stripe.V2.Core.EventDestinationRetrieveParams>()({ include });

const PATH = '/v2/core/event_destinations';

/** Where thin events go: webhook addresses only. Unlike Stripe's, the list holds no webhook endpoints of `/v1`. */
export function eventDestinationEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', PATH, createSpecs, ({ params }) =>
      shown(twin.eventDestinations.put(newRow(twin, params)), params.include),
    ),
    endpoint('GET', PATH, listSpecs, ({ params }) =>
      pageOf(twin.eventDestinations, {
        url: PATH,
        limit: params.limit,
        page: params.page,
        baked: (params.include ?? []).map((field, at) => [`include[${at}]`, field]),
        view: (row) => shown(row, params.include),
      }),
    ),
    endpoint('GET', `${PATH}/:id`, retrieveSpecs, ({ id, params }) => shown(rowOf(twin, id), params.include)),
    endpoint('POST', `${PATH}/:id`, updateSpecs, ({ id, params }) => {
      const { description, enabled_events, name } = params;
      const changed: Partial<View> = {
        ...(description !== undefined && { description }),
        ...(enabled_events !== undefined && { enabled_events }),
        ...(name !== undefined && { name }),
        metadata: mergeMetadata(rowOf(twin, id).view.metadata ?? {}, params.metadata),
      };
      return shown(change(twin, id, changed, params.webhook_endpoint?.url), params.include);
    }),
    endpoint('POST', `${PATH}/:id/disable`, {}, ({ id }) =>
      shown(change(twin, id, { status: 'disabled', status_details: { disabled: { reason: 'user' } } })),
    ),
    endpoint('POST', `${PATH}/:id/enable`, {}, ({ id }) =>
      shown(change(twin, id, { status: 'enabled', status_details: {} })),
    ),
    endpoint('POST', `${PATH}/:id/ping`, {}, ({ id }) => twin.thinLog.ping(rowOf(twin, id).id)),
    endpoint('DELETE', `${PATH}/:id`, {}, ({ id }) => {
      rowOf(twin, id);
      twin.eventDestinations.delete(id);
      return { id, object: 'v2.core.event_destination' };
    }),
    endpoint('GET', '/v2/core/events/:id', {}, ({ id }) => {
      const event = twin.thinLog.events.get(id);
      if (!event) throw notFound();
      return event;
    }),
  ];
}

function newRow(twin: Twin, params: Parsed<typeof createSpecs>): EventDestinationRow {
  if (params.event_payload !== 'thin' || params.type !== 'webhook_endpoint')
    throw invalid('The sandbox sends thin events to webhook endpoints only; Stripe has more.', 'type');
  if (params.webhook_endpoint === undefined) throw invalid('Missing required field.', 'webhook_endpoint');
  const id = newId('ed_test', 44);
  const now = new Date(twin.clock.now()).toISOString();
  const view: View = {
    id,
    object: 'v2.core.event_destination',
    created: now,
    description: params.description ?? '',
    enabled_events: params.enabled_events,
    event_payload: 'thin',
    events_from: ['@self'],
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name,
    status: 'enabled',
    type: 'webhook_endpoint',
    updated: now,
  };
  return { id, url: params.webhook_endpoint.url, secret: `whsec_${randomText(32)}`, view };
}

function change(twin: Twin, id: string, changed: Partial<View>, url?: string): EventDestinationRow {
  const row = rowOf(twin, id);
  const view = { ...row.view, ...changed, updated: new Date(twin.clock.now()).toISOString() };
  return twin.eventDestinations.put({ ...row, url: url ?? row.url, view });
}

function shown({ view, url, secret }: EventDestinationRow, fields: readonly string[] = []): View {
  return {
    ...structuredClone(view),
    webhook_endpoint: {
      ...(fields.includes(URL_FIELD) && { url }),
      ...(fields.includes(SECRET_FIELD) && { signing_secret: secret }),
    },
  };
}

function rowOf(twin: Twin, id: string): EventDestinationRow {
  const row = twin.eventDestinations.get(id);
  if (!row) throw notFound();
  return row;
}
