import { Injectable } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import type { Exchange } from '../../../platform/http/exchange.js';
import type { Chunk, OtherAnswer } from '../../../platform/http/held-answer.js';
import { problemAnswer } from '../../../platform/http/problem-answer.js';
import { scrub } from '../../../platform/logging/logger.js';
import { CallKeys } from '../keys/call-keys.js';
import { claimedKey, type Replay } from '../keys/claimed-key.js';
import { answerToKeep } from '../keys/keyed-answer.js';
import type { LedgerCall, LedgerEntry } from '../store/ledger-entry.js';
import { LedgerReaders } from '../store/ledger-readers.js';
import { Ledger } from '../writing/ledger.js';
import { LostCalls } from './lost-calls.js';
import { PaidCall, type PaidCallKeeper } from './paid-call.js';
import { UnitCorrections } from './unit-corrections.js';

/**
 * With this many entries waiting for the next commit, an answer waits even with LEDGER_DURABILITY=async: memory is
 * bounded, and a killed process loses these and the batch in progress.
 */
const ASYNC_BACKLOG = 10_000;
/** One more than the longest value of a filter: a longer header never equals it. */
const LONGEST_HEADER = 201;

/** Records each paid call when its answer begins, and holds the answer until the ledger has it: callers see what is billed. */
@Injectable()
export class CallRecording implements PaidCallKeeper {
  private readonly answersFirst: boolean;
  private readonly headerNames: readonly string[];

  constructor(
    private readonly ledger: Ledger,
    private readonly readers: LedgerReaders,
    private readonly keys: CallKeys,
    private readonly corrections: UnitCorrections,
    private readonly clock: Clock,
    private readonly lost: LostCalls,
    catalog: Catalog,
    settings: Settings,
  ) {
    this.headerNames = headersThatCount(catalog);
    this.answersFirst = settings.get('LEDGER_DURABILITY') === 'async';
  }

  /** From here on, the call gets no answer that is not recorded. */
  admit(exchange: Exchange, recordsBodies: boolean): PaidCall {
    return new PaidCall(exchange, recordsBodies, this);
  }

  /** Same as `admit` for a call with an `Idempotency-Key`. @throws {FareboxError} when the key cannot be used. */
  async admitKeyed(exchange: Exchange, recordsBodies: boolean): Promise<PaidCall> {
    const held = await claimedKey(this.keys, exchange);
    return Object.assign(this.admit(exchange, recordsBodies), held);
  }

  begins(call: PaidCall, body: Chunk | undefined): void {
    if (call.row) call.release();
    else if (call.replay) call.replace(replayed(call.replay));
    else this.record(call, call.status, body);
  }

  closes(call: PaidCall, answered: boolean): void {
    call.closedAt = this.clock.ms();
    this.corrections.closes(call, answered);
  }

  counts(call: PaidCall): void {
    this.corrections.counts(call);
  }

  givenUp(call: PaidCall, status: number): void {
    this.record(call, status, undefined);
  }

  private record(call: PaidCall, status: number, body: Chunk | undefined): void {
    const { key } = call;
    const row = callOf(call, status, headersOf(call.exchange, this.headerNames));
    call.row = row;
    call.recordedUnits = row.units;
    call.recordedAt = this.clock.ms();
    this.corrections.recorded(call);
    const entry = this.describe(call, row, body);
    const answersFirst = this.answersFirst && !key && this.ledger.backlog < ASYNC_BACKLOG;
    if (answersFirst) call.release();
    this.ledger.append(entry, (error) => {
      if (key) this.keys.settle(row.customerId, key.key, error ? null : entry.answer);
      if (!error) call.release();
      // Its answer has left already, or will never be given.
      else if (!call.isHeld) this.lost.add(row.units, error.cause);
      else {
        call.refused = true;
        call.replace(problemAnswer(error, call.exchange));
      }
    });
  }

  private describe(call: PaidCall, row: LedgerCall, body: Chunk | undefined): LedgerEntry {
    const { key, exchange } = call;
    const answer = { status: row.status, headers: call.headers, body };
    const kept = key && answerToKeep(key, answer, this.clock.ms());
    if (key && !kept) {
      call.key = undefined;
      call.addHeader('idempotency-stored', 'false');
    }
    return {
      call: row,
      exchange: this.readers.describe?.(exchange, answer) ?? null,
      answer: kept ?? null,
      releasedKey: key && !kept ? key.key : null,
    };
  }
}

/**
 * Identity comes from the token; everything that can change comes from the account state at this moment. What analytics
 * calls user and company is no matter of the bill.
 */
function callOf({ exchange, metered }: PaidCall, status: number, headers: string): LedgerCall {
  const { principal, startedAt } = exchange;
  if (!principal) throw new Error('a paid call has a principal: the guard saw to it');
  const { account, tokenId, user } = principal;
  return {
    id: exchange.id,
    accountId: account.accountId,
    customerId: account.customerId,
    subscriptionId: account.subscriptionId,
    plan: account.plan,
    companyId: account.subscriptionId,
    userId: user,
    sessionId: tokenId,
    route: exchange.route ?? '',
    verb: exchange.method,
    path: scrub(exchange.url.split('?', 1)[0] ?? ''),
    status,
    startedAt: startedAt.getTime(),
    durationUs: Math.round(exchange.elapsedMs() * 1_000),
    units: metered.units,
    corrects: null,
    headers,
  };
}

/** The headers that a meter uses: the ledger keeps no other request headers. */
function headersThatCount(catalog: Catalog): string[] {
  return [...new Set(catalog.meters.flatMap(({ filter }) => filter.header?.name ?? []))];
}

function headersOf({ headers }: Exchange, names: readonly string[]): string {
  if (names.length === 0) return '';
  const given = names.flatMap((name) => {
    const value = headers[name];
    // PostgreSQL stores no NUL in a text; Node accepts no header that contains one.
    return value === undefined ? [] : [[name, String(value).slice(0, LONGEST_HEADER)]];
  });
  return given.length === 0 ? '' : JSON.stringify(Object.fromEntries(given));
}

function replayed({ status, headers, body }: Replay): OtherAnswer {
  return { status, headers: { ...headers, 'idempotent-replayed': 'true' }, body };
}
