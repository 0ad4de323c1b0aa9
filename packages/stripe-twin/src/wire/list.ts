import type Stripe from 'stripe';
import type { Table } from '../state/table.js';
import { noSuchReference } from './api-error.js';
import { exclusive, integer, text } from './params.js';

/** The parameters that every list endpoint takes. */
export const pagination = {
  limit: integer({ min: 1, max: 100 }),
  starting_after: text(),
  ending_before: text(),
};

export interface Page {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

interface ListOptions<T, I extends string, V> {
  url: string;
  /** Stripe's word for the object, for the error about a cursor that does not exist. */
  noun: string;
  page: Page;
  where?: [index: I, key: string] | undefined;
  filter?: (row: T) => boolean;
  view: (row: T) => V;
}

const DEFAULT_LIMIT = 10;

/** One page, newest first. */
export function listTable<T extends { id: string }, I extends string, V>(
  table: Table<T, I>,
  { url, noun, page, where, filter = () => true, view }: ListOptions<T, I, V>,
): Stripe.ApiList<V> {
  exclusive(['starting_after', page.starting_after], ['ending_before', page.ending_before]);
  for (const name of ['starting_after', 'ending_before'] as const) {
    const cursor = page[name];
    if (cursor !== undefined && !table.get(cursor)) throw noSuchReference(noun, cursor, name);
  }
  const limit = page.limit ?? DEFAULT_LIMIT;
  const backwards = page.ending_before !== undefined;
  const rows: T[] = [];
  const scan = table.scan({
    where,
    after: page.ending_before ?? page.starting_after,
    direction: backwards ? 'oldest' : 'newest',
  });
  for (const row of scan) {
    if (!filter(row)) continue;
    rows.push(row);
    if (rows.length > limit) break;
  }
  const data = rows.slice(0, limit).map(view);
  if (backwards) data.reverse();
  return { object: 'list', data, has_more: rows.length > limit, url };
}

interface PageOptions<T, V> {
  url: string;
  limit: number | undefined;
  /** The last object of the page before. */
  page: string | undefined;
  /** Parameters that the address of the next page carries on. */
  baked: readonly [name: string, value: string][];
  view: (row: T) => V;
}

/** One page as `/v2` has it, newest first: with the address of the next one. */
export function pageOf<T extends { id: string }, V>(
  table: Table<T, never>,
  { url, limit = DEFAULT_LIMIT, page, baked, view }: PageOptions<T, V>,
): Stripe.V2List<V> {
  const rows: T[] = [];
  for (const row of table.scan({ after: page })) {
    rows.push(row);
    if (rows.length > limit) break;
  }
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const next = new URLSearchParams([['limit', String(limit)], ['page', last?.id ?? ''], ...baked]);
  return {
    data: data.map(view),
    next_page_url: rows.length > limit ? `${url}?${next}` : null,
    previous_page_url: null,
  };
}

/** A page of values that were computed, already newest first, each with an id. */
export function listValues<V extends { id: string }>(
  values: readonly V[],
  url: string,
  noun: string,
  page: Page,
): Stripe.ApiList<V> {
  exclusive(['starting_after', page.starting_after], ['ending_before', page.ending_before]);
  const limit = page.limit ?? DEFAULT_LIMIT;
  const indexOf = (id: string, name: string): number => {
    const index = values.findIndex((value) => value.id === id);
    if (index < 0) throw noSuchReference(noun, id, name);
    return index;
  };
  if (page.ending_before !== undefined) {
    const end = indexOf(page.ending_before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: values.slice(start, end), has_more: start > 0, url };
  }
  const start = page.starting_after === undefined ? 0 : indexOf(page.starting_after, 'starting_after') + 1;
  const data = values.slice(start, start + limit);
  return { object: 'list', data, has_more: start + data.length < values.length, url };
}
