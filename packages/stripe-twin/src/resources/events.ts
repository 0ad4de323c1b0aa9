import type Stripe from 'stripe';
import type { EventView } from '../events/event-log.js';
import { seconds } from '../state/clock.js';
import type { Twin } from '../twin.js';
import { noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, pagination } from '../wire/list.js';
import { boolean, inRange, list, paramsOf, range, text } from '../wire/params.js';

/** Stripe shows an event for this long. */
const KEPT_S = 30 * 24 * 60 * 60;

const URL = '/v1/events';

const listSpecs = paramsOf<Stripe.EventListParams>()({
  ...pagination,
  created: range,
  delivery_success: boolean,
  type: text(),
  types: list(text(), 20),
});

export function eventEndpoints(twin: Twin): Endpoint[] {
  const view = (row: EventView): EventView => ({
    ...structuredClone(row),
    pending_webhooks: twin.deliveries.pendingOf(row.id),
  });
  const isKept = (row: EventView): boolean => row.created > seconds(twin.clock) - KEPT_S;
  return [
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.log.events, {
        url: URL,
        noun: 'event',
        page: params,
        where: params.type === undefined || params.type.includes('*') ? undefined : ['type', params.type],
        filter: (row) =>
          isKept(row) &&
          (params.type === undefined || fits(row.type, params.type)) &&
          (params.types === undefined || params.types.some((type) => fits(row.type, type))) &&
          (params.delivery_success === undefined ||
            params.delivery_success === (twin.deliveries.pendingOf(row.id) === 0)) &&
          inRange(row.created, params.created),
        view,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => {
      const row = twin.log.events.get(id);
      if (!row || !isKept(row)) throw noSuchResource('event', id);
      return view(row);
    }),
  ];
}

/** Listing takes `customer.*`; webhook endpoints do not. */
function fits(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
