import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { UsageSink } from '../../billing/index.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import { type BookedUsage, bookedUsage } from './compare-usage.js';
import { isTooOldToTell } from './plan-intents.js';
import { MINUTE_MS, ceilMinute, floorMinute } from './minutes.js';
import { UsageChecks } from './usage-checks.js';
import { isMismatch, type UsageComparison, type Verdict } from './usage-comparison.js';
import { UsageTurn } from './usage-turn.js';

/** Late calls come by the spool within days, and Stripe takes events of 35 days. */
const LOOK_BACK_MS = 40 * 86_400_000;
const AT_ONCE = 8;
const A_SECOND = 50;

/** Compares what was served with what was counted, told and is billed. It changes nothing. */
@Injectable()
export class UsageReconciliation {
  private readonly log: Log;
  private readonly settlingMs: number;
  private mismatches = 0;

  constructor(
    private readonly turn: UsageTurn,
    private readonly sink: UsageSink,
    private readonly checks: UsageChecks,
    private readonly clock: Clock,
    settings: Settings,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
    metrics.gauge(
      'usage_mismatches',
      'Customers, meters and periods whose books differ, as of the last reconciliation of this process.',
      () => this.mismatches,
    );
  }

  /**
   * @param scope a customer, or everybody; periods that ended since `from`, by default in the last 40 days, and those
   * that run.
   * @param onCompared told of how many of how many are done.
   * @returns `undefined` when another process reports or reconciles, or a meter is missing at the provider.
   * @throws {BillingUnavailableError} when Stripe cannot be asked for its totals.
   */
  async reconcile(
    scope: { customerId?: string; from?: Date } = {},
    waitMs = 0,
    onCompared: (done: number, total: number) => void = () => undefined,
  ): Promise<readonly UsageComparison[] | undefined> {
    return this.turn.take(waitMs, async (client, meters) => {
      const now = this.clock.now();
      const booked = await bookedUsage(client, meters, {
        from: new Date(now.getTime() - LOOK_BACK_MS),
        ...scope,
        to: now,
      });
      const compared = await this.compareAll(booked, meters, onCompared);
      if (scope.customerId === undefined) await this.checks.add(compared, now);
      this.tell(compared);
      return compared;
    });
  }

  private async compareAll(
    booked: readonly BookedUsage[],
    meters: readonly CountedMeter[],
    onCompared: (done: number, total: number) => void,
  ): Promise<UsageComparison[]> {
    let done = 0;
    const queue = new PQueue({ concurrency: AT_ONCE, interval: 100, intervalCap: A_SECOND / 10 });
    const ids = new Map(meters.map(({ definition, provider }) => [definition.name, provider.id]));
    return Promise.all(
      booked.map(
        (usage) =>
          queue.add(async () => {
            const stripe = await this.stripeTotal(usage, ids.get(usage.meter) ?? '');
            onCompared(++done, booked.length);
            return { ...usage, stripe, verdict: this.judge(usage, stripe) };
          }) as Promise<UsageComparison>,
      ),
    );
  }

  private async stripeTotal({ customerId, startsAt, endsAt }: BookedUsage, id: string): Promise<bigint> {
    const from = ceilMinute(startsAt);
    const to = floorMinute(endsAt);
    // Shorter than a minute: what was told of it stands in the minute it lies in.
    if (to <= from)
      return this.sink.total(id, customerId, floorMinute(startsAt), new Date(from.getTime() + MINUTE_MS));
    return this.sink.total(id, customerId, from, to);
  }

  private judge(usage: BookedUsage, stripe: bigint): Verdict {
    const { ledger, meterValue, told, billed, taken, lastTakenAt } = usage;
    if (ledger !== meterValue) return 'miscounted';
    if (stripe > taken) return 'excess';
    if (stripe < taken) {
      const settles = lastTakenAt !== null && this.clock.ms() - lastTakenAt.getTime() < this.settlingMs;
      return settles ? 'settling' : 'missing';
    }
    const untold = meterValue !== told + billed;
    if (untold && (usage.final || isTooOldToTell(usage.endsAt, this.clock.now()))) return 'late';
    if (untold || told !== taken) return 'to_tell';
    return billed === 0n ? 'equal' : 'billed';
  }

  private tell(compared: readonly UsageComparison[]): void {
    const wrong = compared.filter(({ verdict }) => isMismatch(verdict));
    this.mismatches = wrong.length;
    for (const { customerId, meter, startsAt, ledger, meterValue, taken, stripe, verdict } of wrong.slice(
      0,
      20,
    ))
      this.log.error('The books of a customer differ. Nothing was changed: see docs/usage.md.', {
        customer: customerId,
        meter,
        period: startsAt.toISOString(),
        verdict,
        ledger: String(ledger),
        counted: String(meterValue),
        told: String(taken),
        stripe: String(stripe),
      });
  }
}
