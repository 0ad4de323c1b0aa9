import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Catalogue } from '../../catalogue/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { PROBLEM_JSON, problem } from '../../platform/http/problem-details.js';
import { STATUS_OF } from '../../platform/http/status-of.js';
import { newId } from '../../platform/ids/ids.js';
import { scrub } from '../../platform/logging/logger.js';
import { CallKeys } from './call-keys.js';
import { answerToKeep } from './keyed-answer.js';
import type { LedgerCall, LedgerEntry } from './ledger/ledger-entry.js';
import { LedgerUnavailableError } from './ledger/ledger-errors.js';
import { LedgerReaders } from './ledger/ledger-readers.js';
import { Ledger } from './ledger/ledger.js';
import { LostCalls } from './lost-calls.js';
import type { MeteredCall } from './metered-call.js';

/**
 * With so many waiting for the next commit, an answer waits even with LEDGER_DURABILITY=async: memory is bounded, and what a
 * killed process loses is these and the batch on its way.
 */
const ASYNC_BACKLOG = 10_000;
/** As long as the value of a filter may be, and one more: a longer one never equals it. */
const LONGEST_HEADER = 201;

type Done = (error: Error | null, payload?: unknown) => void;

/**
 * Writes each call of a paid route to the ledger when its status and body are final, and holds the answer back until it
 * stands there. What the caller sees and what is billed are one.
 */
@Injectable()
export class CallRecording implements OnModuleInit {
  private readonly answersFirst: boolean;
  private readonly headerNames: readonly string[];

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly ledger: Ledger,
    private readonly readers: LedgerReaders,
    private readonly keys: CallKeys,
    private readonly clock: Clock,
    private readonly lost: LostCalls,
    catalogue: Catalogue,
    settings: Settings,
  ) {
    this.headerNames = headersThatCount(catalogue);
    this.answersFirst = settings.get('LEDGER_DURABILITY') === 'async';
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    fastify?.addHook('onSend', (request, reply, payload, done: Done) => {
      // What Fastify refuses before its first hook (while it closes, say) has no exchange.
      const metered = (request.exchange as Exchange | undefined)?.metered;
      // Recorded already: an answer that failed on its way is begun again, as another one.
      if (!metered || metered.recorded) done(null, payload);
      else if (metered.replay) done(null, replay(reply, metered.replay));
      else this.record(request, reply, metered, payload, done);
    });
  }

  private record(
    request: FastifyRequest,
    reply: FastifyReply,
    metered: MeteredCall,
    payload: unknown,
    done: Done,
  ): void {
    metered.recorded = true;
    metered.recordedUnits = metered.units;
    const entry = this.describe(request, reply, metered, payload);
    const answersFirst = this.answersFirst && !metered.key && this.ledger.backlog < ASYNC_BACKLOG;
    this.ledger.append(entry, (error) => {
      if (metered.key) this.keys.settle(entry.call.customerId, metered.key.key, error ? null : entry.answer);
      if (answersFirst) {
        if (error) this.lost.add(error.cause);
      } else if (error) done(null, refuse(request, reply, payload, error));
      else done(null, payload);
    });
    if (isStream(payload)) reply.raw.once('close', () => this.correct(metered, entry.call));
    if (answersFirst) done(null, payload);
  }

  private describe(
    request: FastifyRequest,
    reply: FastifyReply,
    metered: MeteredCall,
    payload: unknown,
  ): LedgerEntry {
    const kept = metered.key && answerToKeep(metered.key, reply, payload, this.clock.ms());
    if (metered.key && !kept) void reply.header('idempotency-stored', 'false');
    return {
      call: callOf(request, reply, metered, headersOf(request, this.headerNames)),
      exchange: this.readers.describe?.(request, reply, payload) ?? null,
      answer: kept ?? null,
      releasedKey: metered.key && !kept ? metered.key.key : null,
    };
  }

  /** What a stream counted after its headers were sent. */
  private correct(metered: MeteredCall, call: LedgerCall): void {
    const units = metered.units - metered.recordedUnits;
    if (units === 0) return;
    metered.recordedUnits = metered.units;
    const correction = { ...call, id: newId(), units, corrects: call.id };
    this.ledger.append(
      { call: correction, exchange: null, answer: null, releasedKey: null },
      // The caller has the answer already.
      (error) => {
        if (error) this.lost.add(error.cause);
      },
    );
  }
}

/** Who and what: identity from the token, everything that can change from account state at this moment. */
function callOf(
  request: FastifyRequest,
  reply: FastifyReply,
  metered: MeteredCall,
  headers: string,
): LedgerCall {
  const { principal, companyId, userId, startedAt } = request.exchange;
  if (!principal) throw new Error('a metered call has a principal: the guard saw to it');
  const { account, tokenId, user } = principal;
  return {
    id: request.id,
    accountId: account.accountId,
    customerId: account.customerId,
    subscriptionId: account.subscriptionId,
    plan: account.plan,
    companyId: companyId ?? account.subscriptionId,
    userId: userId ?? user,
    sessionId: tokenId,
    route: request.routeOptions.url ?? '',
    verb: request.method,
    path: scrub(request.url.split('?', 1)[0] ?? ''),
    status: reply.statusCode,
    startedAt: startedAt.getTime(),
    durationUs: Math.round(reply.elapsedTime * 1_000),
    units: metered.units,
    corrects: null,
    headers,
  };
}

/** The headers that a meter looks at: all that the ledger keeps of a request's headers. */
function headersThatCount(catalogue: Catalogue): string[] {
  return [...new Set(catalogue.meters.flatMap(({ filter }) => filter.header?.name ?? []))];
}

function headersOf({ headers }: FastifyRequest, names: readonly string[]): string {
  if (names.length === 0) return '';
  const given = names.flatMap((name) => {
    const value = headers[name];
    // PostgreSQL stores no NUL in a text; no header that Node lets through has one.
    return value === undefined ? [] : [[name, String(value).slice(0, LONGEST_HEADER)]];
  });
  return given.length === 0 ? '' : JSON.stringify(Object.fromEntries(given));
}

function replay(reply: FastifyReply, { status, headers, body }: NonNullable<MeteredCall['replay']>): Buffer {
  void reply.code(status).headers(headers).header('idempotent-replayed', 'true');
  return body;
}

/** The call could not be recorded: the answer that it would have had is withheld. */
function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  error: LedgerUnavailableError,
): string {
  if (isStream(payload)) payload.destroy();
  const status = STATUS_OF[error.code];
  for (const name of Object.keys(reply.getHeaders())) if (name !== 'x-request-id') reply.removeHeader(name);
  void reply
    .code(status)
    .header('content-type', PROBLEM_JSON)
    .header('retry-after', String(error.retryAfterSeconds));
  return JSON.stringify(problem(status, error.code, error.publicMessage, request.id));
}

function isStream(payload: unknown): payload is { destroy(): void } {
  return typeof (payload as { pipe?: unknown } | null)?.pipe === 'function';
}
