import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { abandon, Database } from '../../../platform/database/database.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { msOfId } from '../../../platform/ids/ids.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { BillingGateway } from '../../billing/index.js';
import { LedgerReaders, type PassResult, READER, ReaderLoop, waitingLines } from '../../ledger/index.js';
import { MeterCounter } from './meter-counter.js';
import { FULL_PASS } from './meter-pass.js';
import { resumeWaiting, waitingCustomers } from './waiting-calls.js';

const LINGER_MS = 500;
const QUERY_DEADLINE_MS = 120_000;
/** The provider usually reports a new cycle within seconds; after that we ask. */
const PATIENCE_MS = 5_000;
const ASK_AGAIN_MS = 60_000;
const ASK_AT_ONCE = 20;

/** Counts calls: the meters' reader of the ledger. */
@Injectable()
export class MeterReader implements OnModuleInit {
  private readonly log: Log;
  private readonly counted;
  private readonly loop = new ReaderLoop({
    pass: () => this.pass(),
    lingerMs: LINGER_MS,
    failed: (error) => this.logFailure(error),
    giveUp: () => this.client && abandon(this.client),
  });
  private readonly asked = new LRUCache<string, true>({ max: 10_000, ttl: ASK_AGAIN_MS });
  private client: pg.Client | undefined;

  constructor(
    private readonly database: Database,
    private readonly readers: LedgerReaders,
    private readonly counter: MeterCounter,
    private readonly billing: BillingGateway,
    private readonly clock: Clock,
    private readonly startup: DatabaseStartup,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('meters');
    this.counted = metrics.counter('meter_calls_counted_total', 'Paid calls that were metered.');
    metrics.gauge(
      'meter_lag_seconds',
      'Metering lag: age of the oldest paid call that is not metered yet.',
      async () => {
        const { oldestId } = await waitingLines(this.database.pool, READER);
        return oldestId === null ? 0 : Math.max(0, (this.clock.ms() - msOfId(oldestId)) / 1_000);
      },
    );
    metrics.gauge('meter_calls_waiting', 'Paid calls whose billing period is not known yet.', async () => {
      const { rows } = await this.database.pool.query<{ calls: number }>(
        'select count(*)::int as calls from meter_waiting',
      );
      return rows[0]?.calls ?? 0;
    });
  }

  onModuleInit(): void {
    this.startup.onOpen(async () => this.loop.start(), 'worker');
    this.shutdown.beforeDrain(() => this.loop.stop());
    this.shutdown.drain(() => this.loop.flush());
    this.readers.register(READER, () => this.loop.wake());
  }

  private async pass(): Promise<PassResult> {
    this.client ??= await this.database.connect('meters', QUERY_DEADLINE_MS);
    try {
      const calls = await this.counter.pass(this.client);
      this.counted.inc(calls);
      if (calls >= FULL_PASS || (await resumeWaiting(this.client)) > 0) return 'part';
      await this.askForPeriods(this.client);
      return calls > 0 ? 'all' : 'nothing';
    } catch (error) {
      // After any error, the next try begins on a new connection.
      abandon(this.client);
      this.client = undefined;
      throw error;
    }
  }

  private async askForPeriods(client: pg.Client): Promise<void> {
    for (const { customerId, calls, since } of await waitingCustomers(client, ASK_AT_ONCE)) {
      if (this.clock.ms() - since.getTime() < PATIENCE_MS || this.asked.has(customerId)) continue;
      this.asked.set(customerId, true);
      try {
        await this.billing.refreshAccount(customerId);
      } catch (error) {
        this.log.warn(
          'Paid calls wait for their billing period, and Stripe cannot be asked for it. They are kept, and counted when it is known.',
          { customer: customerId, calls },
          error,
        );
      }
    }
  }

  private logFailure(error: unknown): void {
    this.log.error('The meters cannot count at the moment. Paid calls stay in the ledger.', {}, error);
  }
}
