import { invalid } from './api-error.js';
import { list, text } from './params.js';
import type { RawHash } from './form.js';

const MAX_DEPTH = 4;

type Hash = Record<string, unknown>;

/** What can be done with one field of an object in `expand`. */
export type Expandable =
  /** The field holds an id; `resolve` gives the object. */
  | { kind: 'reference'; type: string; resolve: (id: string) => object | undefined }
  /** The field holds the object, or a list of them, already. */
  | { kind: 'included'; type: string }
  /** The field is left out unless it is asked for. */
  | { kind: 'on_request'; type: string; compute: (owner: { id: string }) => unknown };

/** For each type of object, its fields that `expand` may name. `list:price` is a list of prices. */
export type ExpandSchema = Record<string, Record<string, Expandable>>;

const paths = list(text());

/** Takes `expand` out of the parameters. */
export function takeExpand(raw: RawHash): string[] {
  const value = raw['expand'];
  if (value === undefined) return [];
  delete raw['expand'];
  return paths.parse(value, 'expand');
}

/**
 * Puts objects in the place of ids, as `expand` asks.
 * @throws {ApiError} 400 for a property that cannot be expanded, or too deep a path.
 */
export function expand(schema: ExpandSchema, answer: object, wanted: readonly string[]): void {
  for (const path of wanted) {
    const names = path.split('.');
    if (names.length > MAX_DEPTH) {
      throw invalid(
        `You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`,
        'expand',
      );
    }
    walk(schema, [answer as Hash], typeOf(answer as Hash), names, path);
  }
}

function walk(schema: ExpandSchema, owners: Hash[], type: string, names: string[], path: string): void {
  const [name, ...rest] = names;
  if (name === undefined) return;
  if (type.startsWith('list:')) {
    if (name !== 'data') throw notExpandable(path);
    const element = type.slice('list:'.length);
    return walk(
      schema,
      owners.flatMap((owner) => owner['data'] as Hash[]),
      element,
      rest,
      path,
    );
  }
  const field = schema[type]?.[name];
  if (!field) throw notExpandable(path);
  const next: Hash[] = [];
  for (const owner of owners) {
    const value = valueOf(field, owner, name);
    if (value !== undefined) owner[name] = value;
    if (Array.isArray(value)) next.push(...(value as Hash[]));
    else if (typeof value === 'object' && value !== null) next.push(value as Hash);
  }
  walk(schema, next, field.type, rest, path);
}

function valueOf(field: Expandable, owner: Hash, name: string): unknown {
  if (field.kind === 'on_request') return field.compute(owner as { id: string });
  const value = owner[name];
  if (field.kind === 'reference' && typeof value === 'string') return field.resolve(value) ?? value;
  return value;
}

/** What a list holds can be told by its URL alone: an empty one must refuse a wrong path too. */
function typeOf(answer: Hash): string {
  if (answer['object'] !== 'list' && answer['object'] !== 'search_result') return String(answer['object']);
  // The lists that belong to one object have its id in their URL: `/v1/invoices/in_1/lines`.
  const url = String(answer['url']).replace(/^(\/v1(?:\/checkout)?\/\w+)\/[^/]+\/(\w+)$/, '$1/:id/$2');
  return `list:${LISTED[url] ?? 'unknown'}`;
}

const LISTED: Record<string, string> = {
  '/v1/customers': 'customer',
  '/v1/customers/search': 'customer',
  '/v1/products': 'product',
  '/v1/prices': 'price',
  '/v1/billing/meters': 'billing.meter',
  '/v1/billing_portal/configurations': 'billing_portal.configuration',
  '/v1/charges': 'charge',
  '/v1/checkout/sessions': 'checkout.session',
  '/v1/checkout/sessions/:id/line_items': 'item',
  '/v1/invoice_payments': 'invoice_payment',
  '/v1/credit_notes': 'credit_note',
  '/v1/refunds': 'refund',
  '/v1/invoiceitems': 'invoiceitem',
  '/v1/invoices': 'invoice',
  '/v1/invoices/:id/lines': 'line_item',
  '/v1/payment_intents': 'payment_intent',
  '/v1/payment_methods': 'payment_method',
  '/v1/customers/:id/payment_methods': 'payment_method',
  '/v1/subscriptions': 'subscription',
  '/v1/subscription_items': 'subscription_item',
  '/v1/events': 'event',
  '/v1/test_helpers/test_clocks': 'test_helpers.test_clock',
  '/v1/webhook_endpoints': 'webhook_endpoint',
};

function notExpandable(path: string): Error {
  return invalid(`This property cannot be expanded (${path}).`, 'expand');
}
