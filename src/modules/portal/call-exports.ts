import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { RateLimit } from '../../platform/http/rate-limit.js';
import { Slots } from '../../platform/http/slots.js';
import type { CallPage, CallSource } from '../ledger/index.js';
import { toCallDto } from './account-calls.dto.js';
import { csvHead, csvLines } from './calls-csv.js';

/** Exports that run at once: of one account, and of all in this process. */
const PER_ACCOUNT = 2;
const PER_PROCESS = 8;
/** Exports that an account begins in a minute. */
const A_MINUTE = 30;
/** Calls that are read, written as text and sent before the next are read. */
const CHUNK = 500;
/** A reader that takes longer than this blocks others: the connection is cut. In milliseconds. */
const LONGEST_MS = 120_000;

type Asked = Parameters<CallSource['page']>[0];

/** Exports of calls as CSV: read, and sent, a few hundred at a time, as fast as the reader takes them. */
@Injectable()
export class CallExports {
  private readonly slots = new Slots(PER_PROCESS);
  private readonly limit: RateLimit;

  constructor(clock: Clock) {
    this.limit = new RateLimit(clock, A_MINUTE, 'Too many exports of this account. Try again later.');
  }

  /**
   * @param nextUrl the address of the page from a cursor on
   * @throws {FareboxError} `rate_limited`, `busy` when too many run; before that, what reading throws
   */
  async begin(
    exchange: Exchange,
    { source, asked, nextUrl }: { source: CallSource; asked: Asked; nextUrl: (cursor: string) => string },
  ): Promise<Readable> {
    const account = exchange.principal?.account.accountId ?? '';
    const leave = this.enter(account);
    try {
      // Only an export that got a place counts as begun.
      this.limit.take(account);
      const first = await source.page({ ...asked, limit: Math.min(asked.limit, CHUNK) });
      const end = await endOf(source, asked, first);
      if (end !== null) exchange.response.setHeader('link', `<${nextUrl(end)}>; rel="next"`);
      const stream = Readable.from(linesOf(source, asked, first, end), { objectMode: false });
      const overdue = setTimeout(() => stream.destroy(new Error('the export took too long')), LONGEST_MS);
      stream.once('close', () => {
        clearTimeout(overdue.unref());
        leave();
      });
      return stream;
    } catch (error) {
      leave();
      throw error;
    }
  }

  private enter(account: string): () => void {
    const place = this.slots.take({ [account]: PER_ACCOUNT });
    if (typeof place === 'function') return place;
    const wait = { retryAfterSeconds: 5 };
    if (place.full === 'all')
      throw new FareboxError('busy', 'Too many exports are running. Try again later.', wait);
    throw new FareboxError(
      'rate_limited',
      `${PER_ACCOUNT} exports of this account are running. Wait for them.`,
      wait,
    );
  }
}

/** Where the next page begins; null when this one is the last. */
async function endOf(source: CallSource, asked: Asked, first: CallPage): Promise<string | null> {
  return first.next === null || asked.limit <= CHUNK ? first.next : source.endOf(asked);
}

async function* linesOf(
  source: CallSource,
  asked: Asked,
  first: CallPage,
  end: string | null,
): AsyncGenerator<string> {
  yield csvHead();
  let left = asked.limit;
  for (
    let page = first;
    ;
    page = await source.page({ ...asked, before: page.next ?? '', limit: Math.min(left, CHUNK) })
  ) {
    const calls = page.calls.filter(({ id }) => end === null || id >= end);
    if (calls.length > 0) yield csvLines(calls.map((call) => toCallDto(call)));
    left -= calls.length;
    if (page.next === null || left <= 0 || (end !== null && page.next <= end)) return;
  }
}
