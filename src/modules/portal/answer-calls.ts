import type { FastifyReply } from 'fastify';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { CallFilter, CallPage } from '../metering/index.js';
import {
  type CallPageDto,
  type CallsQueryDto,
  filterOf,
  limitOf,
  MAX_CALLS,
  toCallDto,
} from './account-calls.dto.js';
import { callsCsv } from './calls-csv.js';

/** What the ledger is asked for a query. @throws {FareboxError} `validation_failed` for a limit that JSON does not have. */
export function askedOf(query: CallsQueryDto): { filter: CallFilter; limit: number; before?: string } {
  const limit = limitOf(query);
  if (query.format !== 'csv' && limit > MAX_CALLS)
    throw new FareboxError('validation_failed', 'Some fields cannot be accepted. See "errors".', {
      fields: [{ field: 'limit', message: `must be at most ${MAX_CALLS}` }],
    });
  const { cursor } = query;
  return {
    filter: filterOf(query),
    limit,
    ...(cursor === undefined ? {} : { before: cursor.toLowerCase() }),
  };
}

/** A page of calls as JSON or CSV, whichever was asked for. */
export function answerCalls(page: CallPage, query: CallsQueryDto, reply: FastifyReply): CallPageDto | string {
  void reply.header('cache-control', 'no-store');
  const calls = page.calls.map((call) => toCallDto(call));
  if (query.format !== 'csv') return { calls, nextCursor: page.next };
  if (page.next !== null) void reply.header('link', `<${nextUrl(query, page.next)}>; rel="next"`);
  void reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="calls.csv"')
    .header('x-content-type-options', 'nosniff');
  return callsCsv(calls);
}

/** The same question, from where this page ended. Relative to the address that was asked. */
function nextUrl(query: CallsQueryDto, cursor: string): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor }))
    if (value !== undefined) next.set(name, String(value));
  return `?${next.toString()}`;
}
