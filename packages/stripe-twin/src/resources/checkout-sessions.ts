import type Stripe from 'stripe';
import { expire } from '../checkout/complete-session.js';
import { createSession } from '../checkout/create-session.js';
import { createSpecs, lineItemListSpecs, listSpecs, updateSpecs } from '../checkout/session-params.js';
import { sessionView, type CheckoutSessionRow, type LineItemView } from '../state/session-rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, listValues } from '../wire/list.js';
import { mergeMetadata } from '../wire/metadata.js';
import { inRange, type Parsed } from '../wire/params.js';

const URL = '/v1/checkout/sessions';

export function checkoutSessionEndpoints(twin: Twin): Endpoint[] {
  const view = (row: CheckoutSessionRow): ReturnType<typeof sessionView> => sessionView(twin, row);
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => createSession(twin, params)),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.checkoutSessions, {
        url: URL,
        noun: 'checkout.session',
        page: params,
        where: indexFor(params),
        filter: (row) => isListed(row, params),
        view,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => view(sessionOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = sessionOf(twin, id);
      const metadata = mergeMetadata(row.view.metadata ?? {}, params.metadata);
      return view(twin.timeline.saveSession({ ...row, view: { ...row.view, metadata } }));
    }),
    endpoint('POST', `${URL}/:id/expire`, {}, ({ id }) => {
      const row = sessionOf(twin, id);
      if (row.view.status !== 'open') {
        throw invalid(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${row.view.status}.`,
        );
      }
      return view(expire(twin, row));
    }),
    endpoint('GET', `${URL}/:id/line_items`, lineItemListSpecs, ({ id, params }) => {
      const items = structuredClone(sessionOf(twin, id).items);
      return listValues(items, `${URL}/${id}/line_items`, 'item', params);
    }),
  ];
}

/** The first page of a session's line items, which `expand` puts into the session. */
export function lineItemsOf(twin: Twin, id: string): Stripe.ApiList<LineItemView> | undefined {
  const row = twin.checkoutSessions.get(id);
  return row && listValues(structuredClone(row.items), `${URL}/${id}/line_items`, 'item', {});
}

function sessionOf(twin: Twin, id: string): CheckoutSessionRow {
  const row = twin.checkoutSessions.get(id);
  if (!row) throw noSuchResource('checkout.session', id, 'session');
  return row;
}

type ListParams = Parsed<typeof listSpecs>;

function indexFor({ customer, subscription }: ListParams): ['customer' | 'subscription', string] | undefined {
  if (subscription !== undefined) return ['subscription', subscription];
  return customer === undefined ? undefined : ['customer', customer];
}

function isListed({ view }: CheckoutSessionRow, wanted: ListParams): boolean {
  const email = wanted.customer_details?.email;
  return (
    inRange(view.created, wanted.created) &&
    (wanted.customer === undefined || view.customer === wanted.customer) &&
    (wanted.status === undefined || view.status === wanted.status) &&
    (email === undefined || view.customer_details?.email === email) &&
    // A subscription is paid by its invoice, and the sandbox has no payment links.
    wanted.payment_intent === undefined &&
    wanted.payment_link === undefined
  );
}
