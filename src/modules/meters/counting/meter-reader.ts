import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { BillingGateway } from '../../billing/ports/billing-gateway.js';
import { LedgerReading } from '../../ledger/index.js';
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
  private readonly asked = new LRUCache<string, true>({ max: 10_000, ttl: ASK_AGAIN_MS });

  constructor(
    private readonly database: Database,
    private readonly reading: LedgerReading,
    private readonly counter: MeterCounter,
    private readonly billing: BillingGateway,
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('meters');
    this.counted = metrics.counter('meter_calls_counted_total', 'Paid calls that were metered.');
    metrics.gauge(
      'meter_lag_seconds',
      'Metering lag: age of the oldest paid call that is not metered yet.',
      () => reading.lagSeconds('calls'),
    );
    metrics.gauge('meter_calls_waiting', 'Paid calls whose billing period is not known yet.', async () => {
      const { rows } = await this.database.pool.query<{ calls: number }>(
        'select count(*)::int as calls from farebox.meter_waiting',
      );
      return rows[0]?.calls ?? 0;
    });
  }

  onModuleInit(): void {
    this.reading.readCalls({
      lingerMs: LINGER_MS,
      deadlineMs: QUERY_DEADLINE_MS,
      pass: (client) => this.pass(client),
      failed: (error) => this.logFailure(error),
    });
  }

  private async pass(client: pg.Client): Promise<'nothing' | 'all' | 'part'> {
    const calls = await this.counter.pass(client);
    this.counted.inc(calls);
    if (calls >= FULL_PASS || (await resumeWaiting(client)) > 0) return 'part';
    await this.askForPeriods(client);
    return calls > 0 ? 'all' : 'nothing';
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
