import { cancelNow } from '../billing/cancel.js';
import { createSubscription } from '../billing/create-subscription.js';
import { subscriptionView } from '../billing/subscription-view.js';
import { idOf, isEnded, type SubscriptionRow } from '../state/rows.js';
import { migrateSubscription } from '../billing/migrate-subscription.js';
import { updateSubscription } from '../billing/update-subscription.js';
import type { Twin } from '../twin.js';
import { noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import type { RawHash } from '../wire/form.js';
import { listTable } from '../wire/list.js';
import { inRange, type Parsed } from '../wire/params.js';
import { API_VERSION, isBefore } from '../wire/version.js';
import { referencedCustomer } from '../billing/customers.js';
import {
  cancelSpecs,
  createSpecs,
  listSpecs,
  migrateSpecs,
  updateSpecs,
} from '../billing/subscription-params.js';

const URL = '/v1/subscriptions';
/** "Flexible is the default" from this version on (changelog, billing-mode-default-flexible). */
const FLEXIBLE_BY_DEFAULT = '2025-09-30';
const CLASSIC = { billing_mode: { type: 'classic' as const, flexible: undefined } };

export function subscriptionEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params, version }) =>
      createSubscription(twin, {
        ...params,
        ...(params.billing_mode === undefined && isBefore(version, FLEXIBLE_BY_DEFAULT) && CLASSIC),
      }),
    ),
    endpoint('GET', URL, listSpecs, ({ params }) => {
      if (params.customer !== undefined) referencedCustomer(twin, params.customer, 'customer');
      return listTable(twin.subscriptions, {
        url: URL,
        noun: 'subscription',
        page: params,
        where: indexFor(params),
        filter: (row) => isListed(row, params),
        view: (row) => subscriptionView(twin, row),
      });
    }),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => subscriptionView(twin, subscriptionOf(twin, id))),
    endpoint(
      'POST',
      `${URL}/:id`,
      updateSpecs,
      ({ id, params }) => updateSubscription(twin, subscriptionOf(twin, id), params),
      { adapt: anchorOfVersion },
    ),
    endpoint('POST', `${URL}/:id/migrate`, migrateSpecs, ({ id }) =>
      migrateSubscription(twin, subscriptionOf(twin, id)),
    ),
    endpoint('DELETE', `${URL}/:id`, cancelSpecs, ({ id, params }) => {
      const row = subscriptionOf(twin, id);
      // What is over cannot be cancelled again: Stripe says that it is not there.
      if (isEnded(row)) throw noSuchResource('subscription', id);
      return cancelNow(twin, row, {
        details: params.cancellation_details,
        invoiceNow: params.invoice_now,
        prorate: params.prorate,
      });
    }),
  ];
}

/** Until this version the anchor of an update was a word: `now`, `unchanged`. */
function anchorOfVersion(raw: RawHash, version: string): RawHash {
  const anchor = raw['billing_cycle_anchor'];
  if (typeof anchor !== 'string' || !isBefore(version, API_VERSION)) return raw;
  return { ...raw, billing_cycle_anchor: { type: anchor } };
}

function subscriptionOf(twin: Twin, id: string): SubscriptionRow {
  const row = twin.subscriptions.get(id);
  if (!row) throw noSuchResource('subscription', id);
  return row;
}

type ListParams = Parsed<typeof listSpecs>;

function indexFor({ customer, price, plan }: ListParams): ['customer' | 'price', string] | undefined {
  if (customer !== undefined) return ['customer', customer];
  const id = price ?? plan;
  return id === undefined ? undefined : ['price', id];
}

function isListed(row: SubscriptionRow, wanted: ListParams): boolean {
  const price = wanted.price ?? wanted.plan;
  return (
    hasStatus(row, wanted.status) &&
    // Those on test clocks are listed only when asked for, by the clock or by the customer.
    (wanted.test_clock === undefined
      ? wanted.customer !== undefined || row.test_clock === null
      : idOf(row.test_clock) === wanted.test_clock) &&
    (wanted.collection_method === undefined || row.collection_method === wanted.collection_method) &&
    (price === undefined || row.items.some((item) => item.price === price)) &&
    inRange(row.created, wanted.created) &&
    row.items.some((item) => inRange(item.current_period_start, wanted.current_period_start)) &&
    row.items.some((item) => inRange(item.current_period_end, wanted.current_period_end))
  );
}

/** Without a status, all that have not been cancelled. */
function hasStatus(row: SubscriptionRow, status: ListParams['status']): boolean {
  if (status === 'all') return true;
  if (status === 'ended') return isEnded(row);
  return status === undefined ? row.status !== 'canceled' : row.status === status;
}
