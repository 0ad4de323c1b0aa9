import { Readable } from 'node:stream';
import { leastIdOf, msOfId, newId } from '../../platform/ids/ids.js';
import {
  type CallFilter,
  type CallLog,
  type CallRecord,
  type CallWatcher,
  matches,
} from '../ledger/index.js';
import { toCallDto } from './account-calls.dto.js';

/** The buffer for a slow reader, in bytes; beyond it, calls are not kept but read from the ledger later. */
const BUFFER_BYTES = 16 * 1_024;
/** A reader that takes nothing for so long is disconnected, in milliseconds. */
const PATIENCE_MS = 30_000;
/** The most calls that are caught up at once; beyond it, the reader is notified that there are more. */
const CATCH_UP = 200;
/** Calls are not committed in the order of their ids: catching up begins this much earlier, in milliseconds. */
const OVERLAP_MS = 5_000;
/** A call may arrive twice: so many are remembered, which is more than the overlap of two ways of arrival. */
const REMEMBERED = 500;

export interface CallStreamOptions {
  customerId: string;
  filter: CallFilter;
  /** The id of the last call that the reader has; absent: calls from now on alone. */
  after?: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * The calls of a customer as server-sent events: `call` with a call's JSON and its id, `skipped` with how many were not
 * shown (null: unknown; the list has them). Memory is bounded: for a slow reader only its position is kept.
 */
export class CallStream extends Readable implements CallWatcher {
  private readonly recent = new Set<string>();
  private readonly first: string;
  private last: string;
  private blockedSince: number | undefined;
  private behind = false;
  private reading = false;
  private finished = false;

  constructor(
    private readonly calls: CallLog,
    private readonly options: CallStreamOptions,
  ) {
    super({ highWaterMark: BUFFER_BYTES });
    this.last = options.after ?? newId();
    this.first = options.after === undefined ? this.last : earlier(this.last);
    if (options.after !== undefined) this.remember(options.after);
    // Written at once: headers go with the first byte. Browsers with EventSource reconnect after 2 s.
    this.write('retry: 2000\n: live\n\n');
  }

  show(calls: readonly CallRecord[], skipped: number): void {
    if (this.over) return;
    if (this.blockedSince !== undefined) {
      this.behind = true;
      return;
    }
    const fresh = calls.filter((call) => !this.recent.has(call.id));
    for (const { id } of fresh) this.remember(id);
    const events = fresh.filter((call) => matches(call, this.options.filter)).map((call) => eventOf(call));
    if (skipped > 0) events.push(skippedEvent(skipped));
    if (events.length > 0) this.write(events.join(''));
  }

  /** Reads from the ledger what came after the last call that was shown. */
  catchUp(): void {
    if (this.reading || this.over) return;
    this.reading = true;
    this.behind = false;
    const from = earlier(this.last);
    this.calls
      .after(this.options.customerId, from > this.first ? from : this.first, CATCH_UP)
      .then(
        (calls) => {
          this.show(calls, 0);
          if (calls.length === CATCH_UP) this.write(skippedEvent(null));
        },
        // The database is away: later calls are shown, and the list has the rest.
        () => this.write(skippedEvent(null)),
      )
      .finally(() => (this.reading = false));
  }

  /** Keeps proxies from taking the silence for an end; disconnects a reader that does not read. */
  beat(): void {
    if (this.blockedSince === undefined) this.write(': \n\n');
    else if (this.options.now() - this.blockedSince > PATIENCE_MS) this.destroy();
  }

  /** No more is sent. Bytes that a slow reader has not taken would delay the end of the process: it is cut off. */
  end(): void {
    if (this.over) return;
    this.finished = true;
    if (this.blockedSince === undefined) this.push(null);
    else this.destroy();
  }

  override _read(): void {
    this.blockedSince = undefined;
    if (this.behind) this.catchUp();
  }

  private get over(): boolean {
    return this.finished || this.destroyed;
  }

  private write(text: string): void {
    if (this.over) return;
    if (!this.push(text)) this.blockedSince ??= this.options.now();
  }

  private remember(id: string): void {
    if (id > this.last) this.last = id;
    this.recent.add(id);
    if (this.recent.size <= REMEMBERED) return;
    const [oldest] = this.recent;
    if (oldest !== undefined) this.recent.delete(oldest);
  }
}

const earlier = (id: string): string => leastIdOf(msOfId(id) - OVERLAP_MS);

/** A call is written once, however many watch it. */
const written = new WeakMap<CallRecord, string>();

function eventOf(call: CallRecord): string {
  let text = written.get(call);
  if (text === undefined) {
    text = `id: ${call.id}\nevent: call\ndata: ${JSON.stringify(toCallDto(call))}\n\n`;
    written.set(call, text);
  }
  return text;
}

const skippedEvent = (calls: number | null): string =>
  `event: skipped\ndata: ${JSON.stringify({ calls })}\n\n`;
