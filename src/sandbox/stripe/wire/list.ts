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
