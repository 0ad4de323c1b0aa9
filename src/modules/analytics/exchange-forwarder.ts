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
import {
  EXCHANGE_READER as READER,
  type LedgerLine,
  LedgerReaders,
  parkExchange,
  type PassResult,
  ReaderLoop,
  takeLines,
  waitingLines,
} from '../ledger/index.js';
import { AnalyticsGateway, CallsRefusedError } from './analytics-gateway.js';
import { describeCall } from './describe-call.js';
import { BATCH, bytesOf, callsOf, type Exchange, partsThatFit } from './exchange-batches.js';

/** When there are few calls, those of so many milliseconds are sent together. */
const LINGER_MS = 200;
const QUERY_DEADLINE_MS = 10_000;

/**
 * Sends the exchange of every paid call to the analytics provider: a consumer of the ledger. Calls that the provider
 * has not acknowledged stay there, so an outage costs only disk space. Delivery is at least once.
 */
@Injectable()
export class ExchangeForwarder implements OnModuleInit {
  private readonly log: Log;
  private readonly loop = new ReaderLoop({
    pass: () => this.forward(),
    lingerMs: LINGER_MS,
    failed: (error) => this.logFailure(error),
    giveUp: () => this.client && abandon(this.client),
  });
  private readonly sent;
  private readonly parked;
  private client: pg.Client | undefined;

  constructor(
    private readonly database: Database,
    private readonly readers: LedgerReaders,
    private readonly gateway: AnalyticsGateway,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly startup: DatabaseStartup,
    private readonly shutdown: Shutdown,
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
      'Analytics lag: age of the oldest paid call that is not delivered yet.',
      () => this.lagSeconds(),
    );
  }

  onModuleInit(): void {
    if (!this.gateway.enabled) return;
    this.startup.onOpen(async () => this.loop.start(), 'worker');
    this.shutdown.beforeDrain(() => this.loop.stop());
    this.shutdown.drain(() => this.loop.flush());
    const { origin } = this.settings;
    this.readers.registerForExchanges(
      READER,
      (request, answer) => this.gateway.encode(describeCall(request, answer, this.clock, origin), 1),
      () => this.loop.wake(),
    );
  }

  /** Sends as many lines as fit into one batch. */
  private async forward(): Promise<PassResult> {
    const client = (this.client ??= await this.database.connect('analytics', QUERY_DEADLINE_MS));
    try {
      return await takeLines(client, READER, BATCH, (lines) => this.send(client, lines));
    } catch (error) {
      // On any error: the next attempt starts on a connection known to work.
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

  /** When the provider refuses a batch for its content, the batch is halved until the invalid call is alone, and parked. */
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
      'The analytics provider refuses a paid call for what is in it. It is kept in ledger_parked; billing does not depend on it. See: npm run farebox -- ledger parked list',
      { call: callId },
      refusal,
    );
  }

  private logFailure(error: unknown): void {
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
}
