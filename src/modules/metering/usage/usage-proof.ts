import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { UsageSink } from '../../billing/index.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import { floorMinute, nextMinute } from './minutes.js';
import { type Intent, markLost, markProven, type Standing, standingIntents } from './intent-store.js';
import { lostAmong } from './lost-intents.js';

/** A report proves so many customers and meters; the rest is proven by the next. */
const AT_ONCE = 500;
/** Others wait for their turn meanwhile. */
const ASKED_AT_ONCE = 8;

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
  /** The provider's id of the meter. */
  provider: string;
  from: Date;
  to: Date;
}

/**
 * Looks whether what the provider took has arrived in its totals: taking is no promise, events are rejected later. An
 * intent has a minute of its own, or shares it with few, so its absence can be seen; it is believed only after
 * USAGE_SETTLING, as totals lag.
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
    const stretches = await this.unproven(client, meters, scope);
    try {
      for (let from = 0; from < stretches.length; from += ASKED_AT_ONCE) {
        const asked = stretches.slice(from, from + ASKED_AT_ONCE);
        const answered = await Promise.all(
          asked.map(async (stretch) => {
            const { provider, customerId, from: first, to } = stretch;
            return { stretch, total: await this.sink.total(provider, customerId, first, to) };
          }),
        );
        for (const { stretch, total } of answered)
          await this.proveStretch(client, stretch, total, report, scope !== undefined);
      }
    } catch (error) {
      this.log.warn('Stripe cannot be asked for its totals; the next report asks again.', {}, error);
    }
    return report;
  }

  /** From the first to the last minute that waits for its proof, of each customer and meter. */
  private async unproven(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    scope: ProofScope | undefined,
  ): Promise<Stretch[]> {
    const { rows } = await client.query<Omit<Stretch, 'provider'>>(
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
    return rows.flatMap(({ customerId, meter, from, to }) => {
      const provider = meters.find(({ definition }) => definition.name === meter)?.provider.id;
      return provider === undefined
        ? []
        : [{ customerId, meter, provider, from: floorMinute(from), to: nextMinute(to) }];
    });
  }

  private async proveStretch(
    client: pg.ClientBase,
    { customerId, meter, provider, from, to }: Stretch,
    total: bigint,
    report: ProofReport,
    lagExpected: boolean,
  ): Promise<void> {
    const standing = await standingIntents(client, customerId, meter, from, to);
    // An adjustment meets what somebody else told: the two come to nothing.
    const expected = standing.reduce((sum, { value, adjustment }) => sum + (adjustment ? 0n : value), 0n);
    const unproven = standing.filter(({ state }) => state === 'sent');
    if (total === expected) {
      await markProven(client, unproven);
      report.proven += unproven.length;
      return;
    }
    let explained = 0;
    for (const minute of byMinute(standing))
      explained += await this.proveMinute(client, provider, minute, report);
    // Just taken: that the totals do not show it yet is nothing to be told of.
    if (explained < unproven.length && !(lagExpected && total < expected))
      this.tellMismatch({ customerId, meter, expected, total }, report);
  }

  /**
   * Looks at all that was told for one minute, when all of it has settled.
   * @returns of how many the minute's total says what became of them.
   */
  private async proveMinute(
    client: pg.ClientBase,
    providerMeter: string,
    told: readonly Standing[],
    report: ProofReport,
  ): Promise<number> {
    const unproven = told.filter(({ state }) => state === 'sent');
    const [first] = unproven;
    if (!first || !unproven.every((intent) => this.hasSettled(intent))) return 0;
    const from = floorMinute(first.at);
    const total = await this.sink.total(providerMeter, first.customerId, from, nextMinute(from));
    const missing = told.reduce((sum, { value }) => sum + value, 0n) - total;
    const lost = lostAmong(unproven, missing);
    if (!lost) return 0;
    for (const intent of lost) {
      await markLost(client, intent);
      this.tellLost(intent, report);
    }
    const proven = unproven.filter((intent) => !lost.includes(intent));
    await markProven(client, proven);
    report.proven += proven.length;
    return unproven.length;
  }

  private hasSettled({ sentAt }: Standing): boolean {
    return sentAt !== null && this.clock.ms() - sentAt.getTime() >= this.settlingMs;
  }

  private tellLost({ customerId, meter, n, value }: Intent, report: ProofReport): void {
    report.lost++;
    this.lost.inc();
    this.log.error(
      'Stripe took usage and does not show it in its totals: it was rejected later. It is told again under a new number.',
      { customer: customerId, meter, n, value: value.toString() },
    );
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

function byMinute(intents: readonly Standing[]): Iterable<Standing[]> {
  const minutes = new Map<number, Standing[]>();
  for (const intent of intents) {
    const minute = floorMinute(intent.at).getTime();
    minutes.set(minute, [...(minutes.get(minute) ?? []), intent]);
  }
  return minutes.values();
}
