import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { Log } from '../../../../platform/logging/logger.js';
import { Metrics } from '../../../../platform/metrics/metrics.js';
import { inTransaction } from '../../../../platform/database/in-transaction.js';
import { UsageSink } from '../../../billing/ports/usage-sink.js';
import { addReportedSql, type CountedMeter } from '../../../meters/index.js';
import { type Intent, KEYS, keysOf, MATCH, standingIntents } from '../reporting/intent-store.js';
import { lostAmong } from './lost-intents.js';
import { floorMinute, nextMinute } from '../reporting/minutes.js';

/** Stripe takes events of 35 days, and an invoice is a draft for days at most. */
const WATCHED_MS = 40 * 86_400_000;
/** Intents per check; there are few. */
const MOST = 100;

/**
 * Watches usage that counted as lost: if the totals show it after all, it is logged; it is counted twice where it was sent
 * again meanwhile.
 */
@Injectable()
export class UsageReappearance {
  private readonly log: Log;
  private readonly twice;

  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.twice = metrics.counter(
      'usage_reported_twice_total',
      'Meter events that counted as lost, were reported again, and that the totals show after all.',
    );
  }

  async look(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<void> {
    const { rows } = await client.query<Omit<Intent, 'value'> & { value: string }>(
      `select customer_id as "customerId", meter, starts_at as "startsAt", n, value::text as value, at
       from farebox.usage_intents where state = 'lost' and lost_at > $1 and reappeared_at is null
       order by lost_at desc limit ${MOST}`,
      [new Date(this.clock.ms() - WATCHED_MS)],
    );
    for (const minute of byMinute(rows.map((row) => ({ ...row, value: BigInt(row.value) })))) {
      try {
        await this.lookAt(client, meters, minute);
      } catch (error) {
        this.log.warn(
          'Lost usage could not be checked for reappearance; will be retried.',
          { customer: minute[0]?.customerId },
          error,
        );
      }
    }
  }

  private async lookAt(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    lost: readonly Intent[],
  ): Promise<void> {
    const [first] = lost;
    const provider = meters.find(({ definition }) => definition.name === first?.meter)?.provider.id;
    if (!first || provider === undefined) return;
    const from = floorMinute(first.at);
    const to = nextMinute(from);
    const standing = await standingIntents(client, first.customerId, first.meter, from, to);
    if (standing.some(({ state }) => state === 'sent')) return;
    const total = await this.sink.total(provider, first.customerId, from, to);
    const known = standing.reduce((sum, { value }) => sum + value, 0n);
    for (const intent of lostAmong(lost, total - known) ?? []) await this.recordReappearance(client, intent);
  }

  private async recordReappearance(client: pg.ClientBase, intent: Intent): Promise<void> {
    const { customerId, meter, startsAt, n, value } = intent;
    const context = {
      customer: customerId,
      meter,
      period: startsAt.toISOString(),
      n,
      value: value.toString(),
    };
    if (await this.takenUp(client, intent)) {
      this.log.warn(
        'Usage that counted as lost is in the totals after all; it was not reported again.',
        context,
      );
      return;
    }
    await client.query(
      `update farebox.usage_intents i set reappeared_at = $5 from ${KEYS} as k (customer_id, meter, starts_at, n)
       where ${MATCH}`,
      [...keysOf([intent]), this.clock.now()],
    );
    this.twice.inc();
    this.log.error(
      'Usage that counted as lost and was reported again is in the totals after all: Stripe counts it twice. Take it back: npm run farebox -- usage adjust CUSTOMER METER PERIOD',
      context,
    );
  }

  /** As long as nothing was recorded since, its units are not reported again: then it counts as it did before. */
  private async takenUp(client: pg.ClientBase, intent: Intent): Promise<boolean> {
    return inTransaction(client, async () => {
      const { rowCount } = await client.query(
        `update farebox.usage_intents i set state = 'proven', reason = null, absent_at = null
         from ${KEYS} as k (customer_id, meter, starts_at, n)
         where ${MATCH} and i.state = 'lost' and not exists (
           select 1 from farebox.usage_intents o where o.customer_id = i.customer_id and o.meter = i.meter
             and o.starts_at = i.starts_at and not o.adjustment and o.created_at >= i.lost_at)
           and not exists (
           select 1 from farebox.late_bills b where b.customer_id = i.customer_id and b.meter = i.meter
             and b.starts_at = i.starts_at and b.state <> 'refused' and b.created_at >= i.lost_at)`,
        keysOf([intent]),
      );
      if (rowCount)
        await client.query(addReportedSql(), [
          intent.customerId,
          intent.meter,
          intent.startsAt,
          intent.value.toString(),
        ]);
      return Boolean(rowCount);
    });
  }
}

function byMinute(intents: readonly Intent[]): Iterable<Intent[]> {
  const minutes = new Map<string, Intent[]>();
  for (const intent of intents) {
    const key = `${intent.customerId} ${intent.meter} ${floorMinute(intent.at).getTime()}`;
    minutes.set(key, [...(minutes.get(key) ?? []), intent]);
  }
  return minutes.values();
}
