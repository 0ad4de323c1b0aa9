import type Stripe from 'stripe';
import { currencyOptions, currencyOptionsOf, priceTerms, termSpecs } from '../billing/price-terms.js';
import { seconds } from '../state/clock.js';
import type { PriceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference, noSuchResource } from '../wire/api-error.js';
import { currency } from '../wire/currencies.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newLongId } from '../wire/ids.js';
import { listTable, pagination } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import {
  boolean,
  exclusive,
  hash,
  inRange,
  list,
  oneOf,
  paramsOf,
  range,
  required,
  text,
  unsettable,
  unsupported,
  type Parsed,
} from '../wire/params.js';
import type { Wire } from '../state/wire.js';
import { priceView } from '../billing/price-view.js';
import { blankProduct, changes, insertProduct } from './products.js';

const shared = {
  active: boolean,
  lookup_key: unsettable(text(200)),
  metadata,
  nickname: unsettable(text()),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  transfer_lookup_key: boolean,
};

const productDataSpecs = paramsOf<Stripe.PriceCreateParams.ProductData>()({
  active: boolean,
  id: text(255),
  metadata,
  name: required(text(250)),
  statement_descriptor: text(22),
  tax_code: text(),
  tax_details: unsupported,
  unit_label: text(12),
});

const createSpecs = paramsOf<Stripe.PriceCreateParams>()({
  ...termSpecs,
  ...shared,
  currency: required(currency),
  product: text(),
  product_data: hash(productDataSpecs),
});

const updateSpecs = paramsOf<Stripe.PriceUpdateParams>()({
  ...shared,
  currency_options: currencyOptions,
});

const listSpecs = paramsOf<Stripe.PriceListParams>()({
  ...pagination,
  active: boolean,
  created: range,
  currency,
  lookup_keys: list(text(), 10),
  product: text(),
  recurring: hash(
    paramsOf<Stripe.PriceListParams.Recurring>()({
      interval: oneOf('day', 'month', 'week', 'year'),
      meter: text(),
      usage_type: oneOf('licensed', 'metered'),
    }),
  ),
  type: oneOf('one_time', 'recurring'),
});

const URL = '/v1/prices';

export function priceEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => createPrice(twin, params)),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.prices, {
        url: URL,
        noun: 'price',
        page: params,
        where: indexFor(params),
        filter: (row) => isListed(row, params),
        view: priceView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => priceView(priceOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = priceOf(twin, id);
      const before = priceView(row);
      checkChange(twin, row, params);
      if (params.lookup_key) freeLookupKey(twin, params.lookup_key, params.transfer_lookup_key, id);
      const after = twin.prices.put({
        ...row,
        ...(params.active !== undefined && { active: params.active }),
        ...(params.lookup_key !== undefined && { lookup_key: params.lookup_key }),
        ...(params.nickname !== undefined && { nickname: params.nickname }),
        ...(params.tax_behavior !== undefined && { tax_behavior: params.tax_behavior }),
        metadata: mergeMetadata(row.metadata, params.metadata),
        ...(params.currency_options && {
          currency_options: { ...row.currency_options, ...currencyOptionsOf(row, params.currency_options) },
        }),
      });
      twin.log.recordUpdate('price.updated', before, priceView(after));
      return priceView(after);
    }),
  ];
}

/** @throws {ApiError} 400 for what a price keeps once it has it. */
function checkChange(twin: Twin, row: PriceRow, params: Parsed<typeof updateSpecs>): void {
  const tax = params.tax_behavior;
  if (tax !== undefined && tax !== row.tax_behavior && row.tax_behavior !== 'unspecified') {
    throw invalid(
      `You cannot change the tax behavior of a price once it is ${row.tax_behavior}. Create a new price instead.`,
      'tax_behavior',
    );
  }
  if (params.active === false && twin.products.get(row.product)?.default_price === row.id) {
    throw invalid('This price cannot be archived because it is the default price of its product.');
  }
}

function priceOf(twin: Twin, id: string): PriceRow {
  const row = twin.prices.get(id);
  if (!row) throw noSuchResource('price', id);
  return row;
}

function createPrice(twin: Twin, params: Parsed<typeof createSpecs>): Wire<Stripe.Price> {
  const terms = priceTerms(twin, params);
  exclusive(['product', params.product], ['product_data', params.product_data]);
  if (params.product === undefined && params.product_data === undefined) throw missing('product');
  if (params.product !== undefined && !twin.products.get(params.product)) {
    throw noSuchReference('product', params.product, 'product');
  }
  const own = mergeMetadata({}, params.metadata);
  const product = params.product ?? inlineProduct(twin, params.product_data);
  if (params.lookup_key) freeLookupKey(twin, params.lookup_key, params.transfer_lookup_key);
  const row: PriceRow = {
    id: newLongId('price'),
    object: 'price',
    active: params.active ?? true,
    created: seconds(twin.clock),
    currency: params.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: own,
    nickname: params.nickname ?? null,
    product,
    tax_behavior: params.tax_behavior ?? 'unspecified',
    ...terms,
  };
  const options = currencyOptionsOf(row, params.currency_options ?? {});
  if (options) row.currency_options = options;
  twin.prices.put(row);
  twin.log.record('price.created', priceView(row));
  return priceView(row);
}

function inlineProduct(twin: Twin, sent: Parsed<typeof productDataSpecs> | undefined): string {
  if (!sent) throw missing('product');
  const blank = blankProduct(twin, sent);
  return insertProduct(twin, { ...blank, ...changes(blank, sent) }).id;
}

/**
 * A lookup key belongs to one price, also to an inactive one; on request it moves.
 * @throws {ApiError} 400 when another price has it and `transfer_lookup_key` is not set.
 */
function freeLookupKey(twin: Twin, key: string, transfer: boolean | undefined, owner?: string): void {
  const holder = twin.prices.find('lookup_key', key);
  if (!holder || holder.id === owner) return;
  if (!transfer) throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, 'lookup_key');
  const before = priceView(holder);
  const after = twin.prices.put({ ...holder, lookup_key: null });
  twin.log.recordUpdate('price.updated', before, priceView(after));
}

function indexFor(wanted: Parsed<typeof listSpecs>): ['lookup_key' | 'product', string] | undefined {
  const [key, ...others] = wanted.lookup_keys ?? [];
  if (key !== undefined && others.length === 0) return ['lookup_key', key];
  return wanted.product === undefined ? undefined : ['product', wanted.product];
}

function isListed(row: PriceRow, wanted: Parsed<typeof listSpecs>): boolean {
  const recurring = wanted.recurring;
  return (
    (wanted.active === undefined || row.active === wanted.active) &&
    (wanted.currency === undefined || row.currency === wanted.currency) &&
    (wanted.lookup_keys === undefined || wanted.lookup_keys.includes(row.lookup_key ?? '')) &&
    (wanted.product === undefined || row.product === wanted.product) &&
    (wanted.type === undefined || row.type === wanted.type) &&
    (recurring?.interval === undefined || row.recurring?.interval === recurring.interval) &&
    (recurring?.meter === undefined || row.recurring?.meter === recurring.meter) &&
    (recurring?.usage_type === undefined || row.recurring?.usage_type === recurring.usage_type) &&
    inRange(row.created, wanted.created)
  );
}
