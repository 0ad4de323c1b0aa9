import type Stripe from 'stripe';
import { ENABLED_EVENTS } from '../events/enabled-events.js';
import { seconds } from '../state/clock.js';
import type { WebhookEndpointRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newLongId, randomText } from '../wire/ids.js';
import { listTable, pagination } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import { boolean, list, oneOf, paramsOf, required, text, unsettable, unsupported } from '../wire/params.js';
import { httpUrl } from '../wire/url.js';
import { negotiateVersion } from '../wire/version.js';
import type { Wire } from '../state/wire.js';

const enabledEvents = list(oneOf(...ENABLED_EVENTS));

const createSpecs = paramsOf<Stripe.WebhookEndpointCreateParams>()({
  api_version: text(),
  connect: unsupported,
  description: unsettable(text()),
  enabled_events: required(enabledEvents),
  metadata,
  url: required(httpUrl),
});

const updateSpecs = paramsOf<Stripe.WebhookEndpointUpdateParams>()({
  description: unsettable(text()),
  disabled: boolean,
  enabled_events: enabledEvents,
  metadata,
  url: httpUrl,
});

const listSpecs = paramsOf<Stripe.WebhookEndpointListParams>()(pagination);

const PATH = '/v1/webhook_endpoints';
/** https://docs.stripe.com/webhooks: an account has so many. */
const MOST_ENDPOINTS = 16;

export function webhookEndpointEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', PATH, createSpecs, ({ params }): Wire<Stripe.WebhookEndpoint> => {
      if (params.api_version !== undefined) negotiateVersion(params.api_version);
      if (twin.webhookEndpoints.size >= MOST_ENDPOINTS) {
        throw invalid(`You have reached the maximum of ${MOST_ENDPOINTS} test webhook endpoints.`);
      }
      const id = newLongId('we');
      const secret = `whsec_${randomText(32)}`;
      const view: Wire<Stripe.WebhookEndpoint> = {
        id,
        object: 'webhook_endpoint',
        api_version: params.api_version ?? null,
        application: null,
        created: seconds(twin.clock),
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode: false,
        metadata: mergeMetadata({}, params.metadata),
        status: 'enabled',
        url: params.url,
      };
      twin.webhookEndpoints.put({ id, secret, view });
      return { ...structuredClone(view), secret };
    }),
    endpoint('GET', PATH, listSpecs, ({ params }) =>
      listTable(twin.webhookEndpoints, {
        url: PATH,
        noun: 'webhook endpoint',
        page: params,
        view: (row) => structuredClone(row.view),
      }),
    ),
    endpoint('GET', `${PATH}/:id`, {}, ({ id }) => structuredClone(rowOf(twin, id).view)),
    endpoint('POST', `${PATH}/:id`, updateSpecs, ({ id, params }) => {
      const row = rowOf(twin, id);
      const view: Wire<Stripe.WebhookEndpoint> = {
        ...row.view,
        ...(params.description !== undefined && { description: params.description }),
        ...(params.disabled !== undefined && { status: params.disabled ? 'disabled' : 'enabled' }),
        ...(params.enabled_events !== undefined && { enabled_events: params.enabled_events }),
        ...(params.url !== undefined && { url: params.url }),
        metadata: mergeMetadata(row.view.metadata, params.metadata),
      };
      twin.webhookEndpoints.put({ ...row, view });
      return structuredClone(view);
    }),
    endpoint('DELETE', `${PATH}/:id`, {}, ({ id }): Stripe.DeletedWebhookEndpoint => {
      rowOf(twin, id);
      twin.webhookEndpoints.delete(id);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),
  ];
}

function rowOf(twin: Twin, id: string): WebhookEndpointRow {
  const row = twin.webhookEndpoints.get(id);
  if (!row) throw noSuchResource('webhook endpoint', id);
  return row;
}
