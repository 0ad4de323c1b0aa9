import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { limitKeyOf } from '../../platform/http/client-address.js';
import { Slots } from '../../platform/http/slots.js';
import type { Principal } from '../../platform/identity/principal.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { RevokedTokens } from '../auth/index.js';
import { CallFeed, type CallFilter, CallLog } from '../ledger/index.js';
import { CallStream } from './call-stream.js';

/** The most live logs that may be open in one process: of an account, from an address, and of all accounts together. */
const PER_ACCOUNT = 10;
const PER_ADDRESS = 50;
const PER_PROCESS = 1_000;
const TICK_MS = 1_000;
const HEARTBEAT_TICKS = 15;
/** A live log ends after so long, and its reader reconnects: so it ends with its token, too. In milliseconds. */
const LIFETIME_MS = 10 * 60_000;

interface Open {
  stream: CallStream;
  tokenId: string;
  endsAt: number;
}

/** The live logs that are open in this process. */
@Injectable()
export class LiveCalls {
  private readonly open = new Set<Open>();
  private readonly slots = new Slots(PER_PROCESS);
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;

  constructor(
    private readonly feed: CallFeed,
    private readonly calls: CallLog,
    private readonly revoked: RevokedTokens,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.gauge('live_call_logs', 'Live logs of calls that are open.', () => this.open.size);
  }

  /**
   * @param from `after`: the id of the last call that the reader has; absent: new ones alone. `address`: the reader's
   * @throws {FareboxError} `rate_limited` when there are too many, `shutting_down`.
   */
  start(
    principal: Principal,
    filter: CallFilter,
    { after, address }: { after: string | undefined; address: string },
  ): CallStream {
    const { tokenId } = principal;
    const { customerId } = principal.account;
    const giveBack = this.takeRoom(customerId, address);
    const now = (): number => this.clock.ms();
    const stream = new CallStream(this.calls, {
      customerId,
      filter,
      now,
      ...(after === undefined ? {} : { after }),
    });
    const entry: Open = { stream, tokenId, endsAt: now() + LIFETIME_MS };
    this.open.add(entry);
    const leave = this.feed.watch(customerId, stream);
    stream.once('close', () => {
      leave();
      giveBack();
      this.forget(entry);
    });
    if (after !== undefined) stream.catchUp();
    // Other processes know of the watcher by then: calls that they committed before are in the ledger.
    setTimeout(() => stream.catchUp(), TICK_MS).unref();
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
    return stream;
  }

  private takeRoom(customerId: string, address: string): () => void {
    if (this.feed.ended)
      throw new FareboxError('shutting_down', 'The service is restarting. Try again.', {
        retryAfterSeconds: 1,
      });
    const room = this.slots.take({ [customerId]: PER_ACCOUNT, [limitKeyOf(address)]: PER_ADDRESS });
    if (typeof room === 'function') return room;
    throw new FareboxError('rate_limited', 'Too many live logs are open. Close one, or use the list.', {
      retryAfterSeconds: 10,
    });
  }

  private tick(): void {
    const beats = ++this.ticks % HEARTBEAT_TICKS === 0;
    const now = this.clock.ms();
    for (const { stream, tokenId, endsAt } of this.open) {
      if (now >= endsAt || this.revoked.has(tokenId)) stream.end();
      else if (beats) stream.beat();
    }
  }

  private forget(entry: Open): void {
    this.open.delete(entry);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
