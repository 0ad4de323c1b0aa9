import type { StreamableFile } from '@nestjs/common';
import { InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { streamed } from '../../platform/http/streamed.js';
import type { CallFilter, CallSource } from '../ledger/index.js';
import {
  type CallPageDto,
  type CallsQueryDto,
  filterOf,
  limitOf,
  MAX_CALLS,
  toCallDto,
} from './account-calls.dto.js';
import type { CallExports } from './call-exports.js';

/** The ledger's filter for a query. @throws {InvalidFieldsError} for a limit that JSON does not have. */
function askedOf(query: CallsQueryDto): { filter: CallFilter; limit: number; before?: string } {
  const limit = limitOf(query);
  if (query.format !== 'csv' && limit > MAX_CALLS)
    throw new InvalidFieldsError([{ field: 'limit', message: `must be at most ${MAX_CALLS}` }]);
  const { cursor } = query;
  return {
    filter: filterOf(query),
    limit,
    ...(cursor === undefined ? {} : { before: cursor.toLowerCase() }),
  };
}

/** A page of calls as JSON or CSV, as requested. @throws what `CallExports.begin` and the source do */
export async function answerCalls(
  source: CallSource,
  query: CallsQueryDto,
  { exports, exchange }: { exports: CallExports; exchange: Exchange },
): Promise<CallPageDto | StreamableFile> {
  const asked = askedOf(query);
  exchange.response.setHeader('cache-control', 'no-store');
  if (query.format !== 'csv') {
    const page = await source.page(asked);
    return { calls: page.calls.map((call) => toCallDto(call)), nextCursor: page.next };
  }
  const stream = await exports.begin(exchange, {
    source,
    asked,
    nextUrl: (cursor) => nextUrl(query, cursor),
  });
  exchange.response.setHeader('x-content-type-options', 'nosniff');
  return streamed(exchange, stream, {
    type: 'text/csv; charset=utf-8',
    disposition: 'attachment; filename="calls.csv"',
  });
}

/** The same query, from where this page ended. Relative to the requested address. */
function nextUrl(query: CallsQueryDto, cursor: string): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor }))
    if (value !== undefined) next.set(name, String(value));
  return `?${next.toString()}`;
}
