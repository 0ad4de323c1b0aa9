import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { UsageSink } from '../../billing/index.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import { floorMinute, nextMinute } from './minutes.js';
import { type Intent, markLost, markProven, standingIntents } from './intent-store.js';

/** A report proves so many customers and meters; the rest is proven by the next. */
const AT_ONCE = 500;

/** What the provider's totals said of what it had taken. */
export interface ProofReport {
  proven: number;
  /** Taken, and not in the totals: told again under a new number by the next report. */
  lost: number;
  /** Customers and meters whose totals say something else than was told. */
  mismatched: number;
}

/** Whose usage is to be proven at once, however short ago it was taken: what was told with times before `before`. */
export interface ProofScope {
  customerId: string;
  before: Date;
}

interface Stretch {
  customerId: string;
  meter: string;
  from: Date;
  to: Date;
}

/**
 * Looks whether what the provider took has arrived in its totals: taking is no promise, events are rejected later. Each
 * intent has a minute of its own, so its absence can be seen; it is believed only after USAGE_SETTLING, as totals lag.
 */
@Injectable()
export class UsageProof {
  private readonly log: Log;
  private readonly settlingMs: number;
  private readonly lost;

  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
    settings: Settings,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
    this.lost = metrics.counter(
      'usage_events_lost_total',
      'Meter events that the provider took and that its totals did not show.',
    );
  }

  async prove(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    scope?: ProofScope,
  ): Promise<ProofReport> {
    const report: ProofReport = { proven: 0, lost: 0, mismatched: 0 };
    for (const stretch of await this.unproven(client, meters, scope)) {
      try {
        await this.proveStretch(client, stretch, meters, report, scope !== undefined);
      } catch (error) {
        this.log.warn('Stripe cannot be asked for its totals; the next report asks again.', {}, error);
        break;
      }
    }
    return report;
  }

  /** From the first to the last minute that waits for its proof, of each customer and meter. */
  private async unproven(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    scope: ProofScope | undefined,
  ): Promise<Stretch[]> {
    const { rows } = await client.query<Stretch>(
      `select customer_id as "customerId", meter, min(at) as from, max(at) as to
       from usage_intents where state = 'sent' and sent_at <= $1 and meter = any($2::text[])
         and ($3::text is null or (customer_id = $3 and at < $4))
       group by 1, 2 order by min(sent_at) limit ${AT_ONCE}`,
      [
        new Date(this.clock.ms() - (scope ? 0 : this.settlingMs)),
        meters.map(({ definition }) => definition.name),
        scope?.customerId ?? null,
        scope?.before ?? null,
      ],
    );
    return rows.map(({ from, to, ...names }) => ({ ...names, from: floorMinute(from), to: nextMinute(to) }));
  }

  private async proveStretch(
    client: pg.ClientBase,
    { customerId, meter, from, to }: Stretch,
    meters: readonly CountedMeter[],
    report: ProofReport,
    lagExpected: boolean,
  ): Promise<void> {
    const provider = meters.find(({ definition }) => definition.name === meter)?.provider;
    if (!provider) return;
    const standing = await standingIntents(client, customerId, meter, from, to);
    // An adjustment meets what somebody else told: the two come to nothing.
    const expected = standing.reduce((sum, { value, adjustment }) => sum + (adjustment ? 0n : value), 0n);
    const total = await this.sink.total(provider.id, customerId, from, to);
    const unproven = standing.filter(({ state }) => state === 'sent');
    if (total === expected) {
      await markProven(client, unproven);
      report.proven += unproven.length;
      return;
    }
    const settled = unproven.filter(
      ({ sentAt }) => sentAt !== null && this.clock.ms() - sentAt.getTime() >= this.settlingMs,
    );
    let explained = 0;
    for (const intent of settled) if (await this.proveOne(client, provider.id, intent, report)) explained++;
    // Just taken: that the totals do not show it yet is nothing to be told of.
    if (explained < unproven.length && !(lagExpected && total < expected))
      this.tellMismatch({ customerId, meter, expected, total }, report);
  }

  /** @returns whether its minute says what became of it. */
  private async proveOne(
    client: pg.ClientBase,
    providerMeter: string,
    intent: Intent,
    report: ProofReport,
  ): Promise<boolean> {
    // One that shares its minute cannot be told from the others there.
    if (!intent.ownMinute) return false;
    const total = await this.sink.total(providerMeter, intent.customerId, intent.at, nextMinute(intent.at));
    if (total === intent.value) {
      await markProven(client, [intent]);
      report.proven++;
      return true;
    }
    if (total === 0n) {
      await markLost(client, intent);
      report.lost++;
      this.lost.inc();
      this.log.error(
        'Stripe took usage and does not show it in its totals: it was rejected later. It is told again under a new number.',
        { customer: intent.customerId, meter: intent.meter, n: intent.n, value: intent.value.toString() },
      );
      return true;
    }
    return false;
  }

  private tellMismatch(
    {
      customerId,
      meter,
      expected,
      total,
    }: Record<'customerId' | 'meter', string> & Record<'expected' | 'total', bigint>,
    report: ProofReport,
  ): void {
    report.mismatched++;
    this.log.error(
      "Stripe's totals differ from what it was told: somebody else tells the same meter, or told it by hand. Nothing is changed. Run: npm run farebox -- usage reconcile",
      { customer: customerId, meter, told: expected.toString(), shown: total.toString() },
    );
  }
}
