import type Stripe from 'stripe';
import { subscriptionItemView } from '../billing/subscription-view.js';
import type { SubscriptionItemRow, SubscriptionRow } from '../state/rows.js';
import { updateItems } from '../billing/update-subscription.js';
import type { Twin } from '../twin.js';
import { noSuchReference, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listValues, pagination } from '../wire/list.js';
import { metadata } from '../wire/metadata.js';
import { boolean, integer, oneOf, paramsOf, required, text, timestamp, unsupported } from '../wire/params.js';
import type { Wire } from '../state/wire.js';

const proration = {
  payment_behavior: oneOf(
    'allow_incomplete',
    'default_incomplete',
    'error_if_incomplete',
    'pending_if_incomplete',
  ),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  proration_date: timestamp,
};

const shared = {
  ...proration,
  billing_thresholds: unsupported,
  current_trial: unsupported,
  discounts: unsupported,
  metadata,
  plan: unsupported,
  price_data: unsupported,
  quantity: integer({ min: 0 }),
  tax_rates: unsupported,
};

const createSpecs = paramsOf<Stripe.SubscriptionItemCreateParams>()({
  ...shared,
  price: required(text()),
  subscription: required(text()),
});

const updateSpecs = paramsOf<Stripe.SubscriptionItemUpdateParams>()({
  ...shared,
  off_session: boolean,
  price: text(),
});

// `clear_usage` has no effect on prices with a meter, says Stripe.
const deleteSpecs = paramsOf<Stripe.SubscriptionItemDeleteParams>()({ ...proration, clear_usage: boolean });

const listSpecs = paramsOf<Stripe.SubscriptionItemListParams>()({
  ...pagination,
  subscription: required(text()),
});

const URL = '/v1/subscription_items';

export function subscriptionItemEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => {
      const row = referencedSubscription(twin, params.subscription);
      const items = updateItems(twin, row, [params], params).items.data;
      return lastOf(items);
    }),
    endpoint('GET', URL, listSpecs, ({ params }) => {
      const row = referencedSubscription(twin, params.subscription);
      const items = row.items.map((item) => subscriptionItemView(twin, row.id, item));
      return listValues(items, URL, 'subscription_item', params);
    }),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => {
      const { row, item } = itemOf(twin, id);
      return subscriptionItemView(twin, row.id, item);
    }),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const { row } = itemOf(twin, id);
      updateItems(twin, row, [{ ...params, id }], params);
      const { item } = itemOf(twin, id);
      return subscriptionItemView(twin, row.id, item);
    }),
    endpoint('DELETE', `${URL}/:id`, deleteSpecs, ({ id, params }): Stripe.DeletedSubscriptionItem => {
      const { row } = itemOf(twin, id);
      updateItems(twin, row, [{ id, deleted: true }], params);
      return { id, object: 'subscription_item', deleted: true };
    }),
  ];
}

function referencedSubscription(twin: Twin, id: string): SubscriptionRow {
  const row = twin.subscriptions.get(id);
  if (!row) throw noSuchReference('subscription', id, 'subscription');
  return row;
}

function itemOf(twin: Twin, id: string): { row: SubscriptionRow; item: SubscriptionItemRow } {
  const row = twin.subscriptions.find('item', id);
  const item = row?.items.find((candidate) => candidate.id === id);
  if (!row || !item) throw noSuchResource('subscription_item', id);
  return { row, item };
}

function lastOf(items: readonly Wire<Stripe.SubscriptionItem>[]): Wire<Stripe.SubscriptionItem> {
  const last = items.at(-1);
  if (!last) throw new Error('A subscription has lost its items');
  return last;
}
