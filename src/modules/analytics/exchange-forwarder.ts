import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { abandon, Database } from '../../platform/database/database.js';
import { DatabaseStartup } from '../../platform/database/database-startup.js';
import { msOfId } from '../../platform/ids/ids.js';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { type LedgerLine, LedgerReaders, parkExchange, takeLines, waitingLines } from '../metering/index.js';
import { AnalyticsGateway, CallsRefusedError } from './analytics-gateway.js';
import { Backoff } from './backoff.js';
import { describeCall } from './describe-call.js';
import { bytesOf, callsOf, type Exchange, linesThatFit, partsThatFit } from './exchange-batches.js';

/** Names this reader of the ledger, for ever. */
const READER = 'analytics';
const MAX_LINES = 100;
/** Calls of so many milliseconds go out together when there are few. */
const LINGER_MS = 200;
/** Lines that another process wrote are found by looking. */
const LOOK_MS = 1_000;
const STOP_DEADLINE_MS = 5_000;
const FLUSH_DEADLINE_MS = 3_000;
const QUERY_DEADLINE_MS = 10_000;

/**
 * Sends the exchange of every paid call to the analytics provider: a reader of the ledger. What the provider has not
 * acknowledged stays there, so an outage costs disk and nothing else. Delivery is at least once.
 */
@Injectable()
export class ExchangeForwarder implements OnModuleInit {
  private readonly log: Log;
  private readonly backoff = new Backoff(1_000, 60_000);
  private readonly sent;
  private readonly parked;
  private client: pg.Client | undefined;
  private running: Promise<void> | undefined;
  private stopping = new AbortController();
  private woken = false;
  private wakeUp: (() => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly readers: LedgerReaders,
    private readonly gateway: AnalyticsGateway,
    private readonly settings: Settings,
    private readonly clock: Clock,
    startup: DatabaseStartup,
    shutdown: Shutdown,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('analytics');
    this.sent = metrics.counter(
      'analytics_exchanges_sent_total',
      'Paid calls that the analytics provider took.',
    );
    this.parked = metrics.counter(
      'analytics_exchanges_parked_total',
      'Paid calls that the analytics provider refused.',
    );
    if (!gateway.enabled) return;
    metrics.gauge(
      'analytics_exchanges_lag_seconds',
      'Age of the oldest paid call that the provider has not taken.',
      () => this.lagSeconds(),
    );
    startup.onOpen(async () => {
      this.running = this.run();
    });
    shutdown.beforeDrain(() => this.stop());
    shutdown.drain(() => this.flush());
  }

  onModuleInit(): void {
    if (!this.gateway.enabled) return;
    const publicUrl = this.settings.get('PUBLIC_URL');
    this.readers.registerForExchanges(
      READER,
      (request, reply, payload) =>
        this.gateway.encode(describeCall(request, reply, this.clock, publicUrl, payload), 1),
      () => this.wake(),
    );
  }

  private wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.woken = false;
      try {
        const lines = await this.forward();
        this.backoff.reset();
        if (lines === 0) await this.rest();
      } catch (error) {
        this.tell(error);
        await delay(this.backoff.next(), undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Until there is news, or it is time to look for other processes' lines. */
  private async rest(): Promise<void> {
    const { signal } = this.stopping;
    if (!this.woken) {
      const timer = new AbortController();
      await Promise.race([
        new Promise<void>((resolve) => (this.wakeUp = resolve)),
        delay(LOOK_MS, undefined, { signal: AbortSignal.any([signal, timer.signal]), ref: false }).catch(
          () => undefined,
        ),
      ]);
      timer.abort();
      this.wakeUp = undefined;
    }
    if (this.woken) await delay(LINGER_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }

  /** Sends as many lines as fit into one batch. @returns how many. */
  private async forward(): Promise<number> {
    const client = (this.client ??= await this.database.connect('analytics', QUERY_DEADLINE_MS));
    try {
      return await takeLines(client, READER, MAX_LINES, async (lines) => {
        const batch = linesThatFit(lines);
        await this.send(client, batch);
        return batch.length;
      });
    } catch (error) {
      // Whatever it was: the next try begins on a connection that is known to be in order.
      abandon(client);
      this.client = undefined;
      throw error;
    }
  }

  private async send(client: pg.Client, lines: readonly LedgerLine[]): Promise<void> {
    for (const part of partsThatFit(lines)) {
      try {
        await this.gateway.send(part.flatMap(bytesOf));
      } catch (error) {
        if (!(error instanceof CallsRefusedError)) throw error;
        await this.sendHalves(client, part.flatMap(callsOf), error);
      }
    }
    this.sent.inc(lines.reduce((sum, { calls }) => sum + calls.length, 0));
  }

  /** When the provider refuses a batch for what is in it, the batch is halved until the culprit is alone, and parked. */
  private async sendHalves(
    client: pg.Client,
    calls: readonly Exchange[],
    refusal: CallsRefusedError,
  ): Promise<void> {
    const [only] = calls;
    if (only && calls.length === 1) {
      await this.park(client, only, refusal);
      return;
    }
    const half = calls.length >> 1;
    for (const part of [calls.slice(0, half), calls.slice(half)]) {
      try {
        await this.gateway.send(part.flatMap(bytesOf));
      } catch (error) {
        if (!(error instanceof CallsRefusedError)) throw error;
        await this.sendHalves(client, part, error);
      }
    }
  }

  private async park(
    client: pg.Client,
    { callId, text }: Exchange,
    refusal: CallsRefusedError,
  ): Promise<void> {
    await parkExchange(client, callId, refusal.reason, text);
    this.parked.inc();
    this.log.error(
      'The analytics provider refuses a paid call for what is in it. It is kept in ledger_parked; billing does not depend on it.',
      { call: callId },
      refusal,
    );
  }

  private tell(error: unknown): void {
    if (this.backoff.attempts > 0) return;
    this.log.warn(
      'The analytics provider does not take paid calls; they stay in the ledger and are sent again.',
      {},
      error,
    );
  }

  private async lagSeconds(): Promise<number> {
    const { oldestId } = await waitingLines(this.database.pool, READER);
    return oldestId === null ? 0 : Math.max(0, (this.clock.ms() - msOfId(oldestId)) / 1_000);
  }

  /** Lets the batch that is on its way arrive, but does not wait for a provider that hangs: its lines stay. */
  private async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp?.();
    const patience = new AbortController();
    const late = delay(STOP_DEADLINE_MS, 'late', { signal: patience.signal }).catch(() => undefined);
    if ((await Promise.race([this.running, late])) === 'late' && this.client) abandon(this.client);
    patience.abort();
  }

  /** Sends what the last calls left, for as long as the deadline allows; the rest waits for the next process. */
  private async flush(): Promise<void> {
    const deadline = new AbortController();
    const all = (async () => {
      while (!deadline.signal.aborted && (await this.forward()) > 0);
    })().catch(() => undefined);
    await Promise.race([all, delay(FLUSH_DEADLINE_MS, undefined, { ref: false })]);
    deadline.abort();
    if (this.client) abandon(this.client);
  }
}
