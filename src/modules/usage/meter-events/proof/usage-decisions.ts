import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { Settings } from '../../../../platform/config/settings.js';
import { Log } from '../../../../platform/logging/logger.js';
import { UsageRefusedError, UsageSink } from '../../../billing/ports/usage-sink.js';
import { ChangeRefusedError } from '../../../subscriptions/index.js';
import type { CountedMeter } from '../../../meters/index.js';
import { usageIdentifier } from '../../identifier.js';
import { markEnded, type Standing, standingIntents } from '../reporting/intent-store.js';
import type { Evidence, Suspect } from './loss-evidence.js';
import { floorMinute, nextMinute } from '../reporting/minutes.js';
import { UsageLosses } from './usage-losses.js';
import { UsageReportingLock } from '../../usage-reporting-lock.js';
import { seenOf } from './visible-usage.js';

const CANCELLABLE_MS = 24 * 3_600_000;

/** A meter event that the totals do not show, for the operator. */
export interface AbsentUsage {
  customerId: string;
  meter: string;
  startsAt: Date;
  n: number;
  value: bigint;
  sentAt: Date | null;
  /** Since when it is known to be absent; UTC. */
  absentAt: Date | null;
  evidence: Evidence | null;
}

/** Meter events of one customer, meter and period that an operator decided about. */
export interface DecidedUsage {
  events: number;
  units: bigint;
}

/** An operator's decisions about usage that Stripe accepted and does not count. */
@Injectable()
export class UsageDecisions {
  private readonly log: Log;
  private readonly settlingMs: number;

  constructor(
    private readonly lock: UsageReportingLock,
    private readonly losses: UsageLosses,
    private readonly sink: UsageSink,
    private readonly clock: Clock,
    settings: Settings,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
  }

  /** Absent usage that is not decided, with the evidence that it is lost. `undefined`: another process holds the lock. */
  async absent(waitMs = 0): Promise<AbsentUsage[] | undefined> {
    return this.lock.withLock(waitMs, async (client, meters) => {
      const { rows } = await client.query<StandingRow>(
        `select customer_id as "customerId", meter, starts_at as "startsAt", n, value::text as value, at,
           own_minute as "ownMinute", adjustment, attempts, attempted_at as "attemptedAt",
           first_attempted_at as "firstAttemptedAt", state, sent_at as "sentAt", absent_at as "absentAt"
         from farebox.usage_intents where state = 'sent' and absent_at is not null and meter = any($1::text[])
         order by absent_at, customer_id, meter, n limit 1000`,
        [meters.map(({ definition }) => definition.name)],
      );
      const suspects = rows.map((row) => ({
        ...row,
        value: BigInt(row.value),
        provider: meters.find(({ definition }) => definition.name === row.meter)?.provider.id ?? '',
      }));
      const evidence = await this.losses.evidence(client, suspects);
      return suspects.map(({ customerId, meter, startsAt, n, value, sentAt, absentAt }, index) => ({
        customerId,
        meter,
        startsAt,
        n,
        value,
        sentAt,
        absentAt,
        evidence: evidence[index] ?? null,
      }));
    });
  }

  /**
   * Declares usage lost, by the operator's decision, that Stripe does not show now: the next report reports it again.
   * @throws {ChangeRefusedError} when Stripe shows all of it. {BillingUnavailableError}
   */
  async resend(
    customerId: string,
    meter: string,
    startsAt: Date,
    waitMs = 0,
  ): Promise<DecidedUsage | undefined> {
    return this.lock.withLock(waitMs, async (client, meters) => {
      const { absent } = await this.look(client, meters, { customerId, meter, startsAt }, ['sent']);
      const lost: Standing[] = [];
      for (const intent of absent)
        if (this.isAgo(intent) >= this.settlingMs && (await this.losses.lose(client, intent, 'operator')))
          lost.push(intent);
      return this.decided(
        lost,
        'resend',
        "Stripe's totals include everything it accepted for the period before USAGE_SETTLING: nothing to report again.",
      );
    });
  }

  /**
   * Waives, by the operator's decision, usage that Stripe does not show: it is not reported again and is not missing.
   * @param cancel cancels at Stripe the events sent within 24 hours, and waives them.
   * @throws {ChangeRefusedError} when there is nothing to waive. {BillingUnavailableError}
   */
  async waive(
    customerId: string,
    meter: string,
    startsAt: Date,
    { cancel = false, waitMs = 0 }: { cancel?: boolean; waitMs?: number } = {},
  ): Promise<DecidedUsage | undefined> {
    return this.lock.withLock(waitMs, async (client, meters) => {
      const period = { customerId, meter, startsAt };
      const { absent, all } = await this.look(client, meters, period, ['sent', 'proven']);
      const waived = cancel ? await this.cancel(client, meters, all) : absent;
      if (!cancel) await markEnded(client, waived, 'waived', 'not_shown');
      return this.decided(
        waived,
        'waive',
        cancel
          ? 'Nothing of that period was sent within 24 hours: Stripe cancels nothing older. See "usage adjust".'
          : "Stripe's totals include everything it accepted for the period. Cancel the events there first, or pass --cancel.",
      );
    });
  }

  /** Each is recorded before the next is requested. */
  private async cancel(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    all: readonly Standing[],
  ): Promise<Standing[]> {
    const cancelled: Standing[] = [];
    for (const intent of all) {
      const meter = meters.find(({ definition }) => definition.name === intent.meter);
      if (!meter || this.isAgo(intent) >= CANCELLABLE_MS) continue;
      try {
        await this.sink.cancel(meter.provider, usageIdentifier(intent));
        await markEnded(client, [intent], 'waived', 'cancelled');
        cancelled.push(intent);
      } catch (error) {
        if (!(error instanceof UsageRefusedError)) throw error;
        this.log.warn('Stripe does not cancel a meter event.', { n: intent.n, reason: error.reason }, error);
      }
    }
    return cancelled;
  }

  private async look(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    period: { customerId: string; meter: string; startsAt: Date },
    states: readonly string[],
  ): Promise<{ absent: Standing[]; all: Standing[] }> {
    const { customerId, meter, startsAt } = period;
    const provider = meters.find(({ definition }) => definition.name === meter)?.provider.id;
    const { rows } = await client.query<{ from: Date | null; to: Date | null }>(
      `select min(at) as from, max(at) as to from farebox.usage_intents
       where customer_id = $1 and meter = $2 and starts_at = $3 and state in ('sent', 'proven')`,
      [customerId, meter, startsAt],
    );
    const [stretch] = rows;
    if (provider === undefined || !stretch?.from || !stretch.to) return { absent: [], all: [] };
    const [from, to] = [floorMinute(stretch.from), nextMinute(stretch.to)];
    const standing = await standingIntents(client, customerId, meter, from, to);
    const own = (intent: Standing): boolean => intent.startsAt.getTime() === startsAt.getTime();
    const ask = (start: Date, end: Date): Promise<bigint> =>
      this.sink.total(provider, customerId, start, end);
    // Proven events may have been cancelled since: they are checked again as unproven.
    const looked = standing.map((intent) =>
      states.includes(intent.state) && own(intent) ? { ...intent, state: 'sent' as const } : intent,
    );
    const total = await ask(from, to);
    const { absent } = await seenOf(looked, { from, to, total }, ask);
    return { absent: absent.filter(own), all: standing.filter((one) => own(one) && !one.adjustment) };
  }

  private isAgo({ sentAt }: Standing): number {
    return sentAt === null ? 0 : this.clock.ms() - sentAt.getTime();
  }

  private decided(intents: readonly Standing[], what: string, nothing: string): DecidedUsage {
    if (intents.length === 0) throw new ChangeRefusedError(nothing);
    const units = intents.reduce((sum, { value }) => sum + value, 0n);
    this.log.warn('An operator decided about usage that Stripe does not count.', {
      decision: what,
      customer: intents[0]?.customerId,
      meter: intents[0]?.meter,
      events: intents.length,
      units: units.toString(),
    });
    return { events: intents.length, units };
  }
}

type StandingRow = Omit<Suspect, 'value' | 'provider'> & { value: string; absentAt: Date | null };
