import type Stripe from 'stripe';
import { seconds } from '../state/clock.js';
import type { ProductRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchReference, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newId } from '../wire/ids.js';
import { listTable, pagination } from '../wire/list.js';
import { mergeMetadata, metadata, type MetadataChange } from '../wire/metadata.js';
import {
  boolean,
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

const shared = {
  active: boolean,
  description: unsettable(text(40_000)),
  images: unsettable(list(text(), 8)),
  marketing_features: unsettable(list(hash({ name: required(text(80)) }), 15)),
  metadata,
  package_dimensions: unsupported,
  shippable: boolean,
  statement_descriptor: text(22),
  tax_code: unsettable(text()),
  tax_details: unsupported,
  unit_label: unsettable(text(12)),
  url: unsettable(text()),
};

const createSpecs = paramsOf<Stripe.ProductCreateParams>()({
  ...shared,
  default_price_data: unsupported,
  id: text(255),
  name: required(text(250)),
  type: oneOf('good', 'service'),
});

const updateSpecs = paramsOf<Stripe.ProductUpdateParams>()({
  ...shared,
  default_price: unsettable(text()),
  name: text(250),
});

const listSpecs = paramsOf<Stripe.ProductListParams>()({
  ...pagination,
  active: boolean,
  created: range,
  ids: list(text()),
  shippable: boolean,
  type: oneOf('good', 'service'),
  url: text(),
});

const URL = '/v1/products';

export function productEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => {
      const blank = blankProduct(twin, { ...params, id: params.id });
      return insertProduct(twin, { ...blank, ...changes(blank, params), type: params.type ?? 'service' });
    }),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.products, {
        url: URL,
        noun: 'product',
        page: params,
        filter: (row) => isListed(row, params),
        view: productView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => productView(productOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = productOf(twin, id);
      const before = productView(row);
      const after = { ...row, ...changes(row, params), ...identity(twin, row, params) };
      if (JSON.stringify(after) !== JSON.stringify(row)) after.updated = seconds(twin.clock);
      twin.products.put(after);
      twin.log.recordUpdate('product.updated', before, productView(after));
      return productView(after);
    }),
    endpoint('DELETE', `${URL}/:id`, {}, ({ id }): Stripe.DeletedProduct => {
      const row = productOf(twin, id);
      if (twin.prices.find('product', id)) {
        throw invalid('This product cannot be deleted because it has one or more user-created prices.');
      }
      twin.products.delete(id);
      twin.log.record('product.deleted', productView(row));
      return { id, object: 'product', deleted: true };
    }),
  ];
}

export function productView(row: ProductRow): Wire<Stripe.Product> {
  return structuredClone(row);
}

interface NewProduct {
  id?: string | undefined;
  name: string;
}

/** A product with nothing but a name. @throws {ApiError} 400 when the caller's id is taken. */
export function blankProduct(twin: Twin, { id, name }: NewProduct): ProductRow {
  if (id !== undefined && twin.products.get(id)) {
    throw invalid(`Product already exists with ID '${id}'`, 'id', 'resource_already_exists');
  }
  const now = seconds(twin.clock);
  return {
    id: id ?? newId('prod'),
    object: 'product',
    active: true,
    created: now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: now,
    url: null,
  };
}

export function insertProduct(twin: Twin, row: ProductRow): Wire<Stripe.Product> {
  twin.products.put(row);
  twin.log.record('product.created', productView(row));
  return productView(row);
}

function productOf(twin: Twin, id: string): ProductRow {
  const row = twin.products.get(id);
  if (!row) throw noSuchResource('product', id);
  return row;
}

interface Changes {
  active?: boolean | undefined;
  description?: string | null | undefined;
  images?: string[] | null | undefined;
  marketing_features?: { name: string }[] | null | undefined;
  metadata?: MetadataChange | undefined;
  shippable?: boolean | undefined;
  statement_descriptor?: string | undefined;
  tax_code?: string | null | undefined;
  unit_label?: string | null | undefined;
  url?: string | null | undefined;
}

/** The fields that the parameters change. What was not sent stays as it is. */
export function changes(row: ProductRow, sent: Changes): Partial<ProductRow> {
  return {
    ...(sent.active !== undefined && { active: sent.active }),
    ...(sent.description !== undefined && { description: sent.description }),
    ...(sent.images !== undefined && { images: sent.images ?? [] }),
    ...(sent.marketing_features !== undefined && { marketing_features: sent.marketing_features ?? [] }),
    ...(sent.metadata !== undefined && { metadata: mergeMetadata(row.metadata, sent.metadata) }),
    ...(sent.shippable !== undefined && { shippable: sent.shippable }),
    ...(sent.statement_descriptor !== undefined && { statement_descriptor: sent.statement_descriptor }),
    ...(sent.tax_code !== undefined && { tax_code: sent.tax_code }),
    ...(sent.unit_label !== undefined && { unit_label: sent.unit_label }),
    ...(sent.url !== undefined && { url: sent.url }),
  };
}

/** Name and default price, which only an update takes this way. */
function identity(twin: Twin, row: ProductRow, sent: Parsed<typeof updateSpecs>): Partial<ProductRow> {
  const price = sent.default_price;
  if (price && twin.prices.get(price)?.product !== row.id) {
    throw noSuchReference('price', price, 'default_price');
  }
  return {
    ...(sent.name !== undefined && { name: sent.name }),
    ...(price !== undefined && { default_price: price }),
  };
}

function isListed(row: ProductRow, wanted: Parsed<typeof listSpecs>): boolean {
  return (
    (wanted.active === undefined || row.active === wanted.active) &&
    (wanted.ids === undefined || wanted.ids.includes(row.id)) &&
    (wanted.shippable === undefined || row.shippable === wanted.shippable) &&
    (wanted.type === undefined || row.type === wanted.type) &&
    (wanted.url === undefined || row.url === wanted.url) &&
    inRange(row.created, wanted.created)
  );
}
