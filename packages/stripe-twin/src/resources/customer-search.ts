import type Stripe from 'stripe';
import { metadataKey } from '../state/metadata-key.js';
import type { CustomerRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { integer, paramsOf, required, text } from '../wire/params.js';
import type { Wire } from '../state/wire.js';
import { customerView } from '../billing/customers.js';
import { metadataName, parseSearchQuery, type Clause } from './search-query.js';

const specs = paramsOf<Stripe.CustomerSearchParams>()({
  query: required(text()),
  limit: integer({ min: 1, max: 100 }),
  page: text(),
});

const URL = '/v1/customers/search';
const FIELDS = ['email', 'name', 'phone'] as const;

/** `GET /v1/customers/search`. What was created within the settings' `searchLagMs` is not found yet. */
export function customerSearchEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('GET', URL, specs, ({ params }): Stripe.ApiSearchResult<Wire<Stripe.Customer>> => {
      const clauses = parseSearchQuery(params.query);
      for (const clause of clauses) checkField(clause.field);
      const limit = params.limit ?? 10;
      const start = params.page === undefined ? 0 : pageStart(params.page);
      const visibleUntil = (twin.clock.now() - twin.settings.values.searchLagMs) / 1000;
      const found: CustomerRow[] = [];
      for (const row of twin.customers.scan({ where: indexFor(clauses) })) {
        if (row.created > visibleUntil || !clauses.every((clause) => matches(row, clause))) continue;
        found.push(row);
      }
      const data = found.slice(start, start + limit).map(customerView);
      const has_more = found.length > start + limit;
      return {
        object: 'search_result',
        data,
        has_more,
        next_page: has_more ? String(start + limit) : null,
        url: URL,
      };
    }),
  ];
}

function pageStart(page: string): number {
  if (!/^\d{1,9}$/.test(page)) throw invalid(`Invalid page: ${page}`, 'page');
  return Number(page);
}

function checkField(field: string): void {
  if (metadataName(field) !== undefined || FIELDS.some((known) => known === field)) return;
  throw invalid(`Field '${field}' is an unsupported search field for resource 'customers'.`, 'query');
}

/** The pair in the index that narrows the search most; the email's index is by exact case and will not do. */
function indexFor(clauses: readonly Clause[]): ['metadata', string] | undefined {
  for (const { field, operator, value } of clauses) {
    const name = metadataName(field);
    if (name !== undefined && operator === ':') return ['metadata', metadataKey(name, value)];
  }
  return undefined;
}

function matches(row: CustomerRow, { field, operator, value }: Clause): boolean {
  const name = metadataName(field);
  const key = FIELDS.find((known) => known === field);
  const actual = name !== undefined ? row.metadata[name] : key && row[key];
  if (typeof actual !== 'string') return false;
  const [a, b] = [actual.toLowerCase(), value.toLowerCase()];
  return operator === ':' ? a === b : a.includes(b);
}
