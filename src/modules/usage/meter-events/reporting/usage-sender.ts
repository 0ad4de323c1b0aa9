import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import type pg from 'pg';
import { Clock } from '../../../../platform/clock/clock.js';
import { retryDelay } from '../../../../platform/jobs/backoff.js';
import { Settings } from '../../../../platform/config/settings.js';
import { Log } from '../../../../platform/logging/logger.js';
import { Metrics } from '../../../../platform/metrics/metrics.js';
import {
  UsageCustomerGoneError,
  UsageRefusedError,
  UsageSink,
  UsageThrottledError,
} from '../../../billing/ports/usage-sink.js';
import type { CountedMeter } from '../../../meters/index.js';
import { usageIdentifier } from '../../identifier.js';
import { dueIntents, type Intent, markAttempt, type Outcome, settle } from './intent-store.js';
import { floorMinute, nextMinute } from './minutes.js';
import { isPastReportingWindow } from './plan-intents.js';
import { visibleSince } from '../../progress-store.js';
import { UsageCanaries } from '../proof/usage-canaries.js';

const BATCH = 200;
const AT_ONCE = 16;
/** Stripe takes 1,000 events a second. The usage of 10,000 customers is sent in a minute and a half. */
const A_SECOND = 120;
/** The provider recognises an identifier for at least 24 hours. Long before that, its totals are checked first. */
const ASK_FIRST_MS = 10 * 60_000;
/** "unique … at least 24 hours" (SDK, `MeterEventCreateParams.identifier`); an hour is left. After it, it may count twice. */
const IDENTIFIER_KNOWN_MS = 23 * 3_600_000;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 15 * 60_000;
/** Usage rejected because of its content is retried at intervals: the set-up may have been fixed. */
const REFUSED_RETRY_MS = 3_600_000;
const TOO_OLD = 'timestamp_too_far_in_past';
/** Arrival can be determined only when the totals have come past its time. */
const IN_DOUBT = 'waits_for_totals';

/** The outcome of the intents that were due. */
export interface SendReport {
  sent: number;
  /** Refused because of their content; retried in an hour. */
  refused: number;
  /** Not sent because the provider was unavailable or throttled; retried soon. */
  postponed: number;
}

export interface SendOptions {
  /** Of one customer alone. */
  customerId?: string;
  /** Counts of earlier batches, which the report continues. */
  before?: SendReport | undefined;
  /** Ends with the batch in which this many are reached. */
  atMost?: number;
}

const NOTHING_SENT: SendReport = { sent: 0, refused: 0, postponed: 0 };

const addUp = (one: SendReport, other: SendReport): SendReport => ({
  sent: one.sent + other.sent,
  refused: one.refused + other.refused,
  postponed: one.postponed + other.postponed,
});

/** Sends recorded usage to the provider, each at most once in its totals, however often it is tried. */
@Injectable()
export class UsageSender {
  private readonly log: Log;
  private readonly events;
  private readonly refusals;
  private readonly settlingMs: number;

  constructor(
    private readonly sink: UsageSink,
    private readonly canaries: UsageCanaries,
    private readonly clock: Clock,
    settings: Settings,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
    this.events = metrics.counter(
      'usage_events_sent_total',
      'Meter events accepted by the billing provider, duplicates included.',
    );
    this.refusals = metrics.counter(
      'usage_events_refused_total',
      'Meter events rejected by the billing provider because of their content.',
    );
  }

  /**
   * Sends everything that is due, and once the provider has accepted something, also usage waiting because it was
   * unavailable; stops early when the provider is unavailable or throttles. The caller must ensure that no other process
   * does so: an event of a customer and meter is sent after the one before it.
   * @returns what was sent; whether there may be more, where `atMost` ended it.
   */
  async sendDue(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    { customerId, before, atMost = Infinity }: SendOptions = {},
  ): Promise<SendReport & { more: boolean }> {
    const report: SendReport = { ...NOTHING_SENT };
    const queue = new PQueue({ concurrency: AT_ONCE, interval: 100, intervalCap: A_SECOND / 10 });
    let sent = 0;
    let more = true;
    while (more && sent < atMost) {
      const due = await dueIntents(client, this.clock.now(), BATCH, {
        customerId,
        providerIsWell: report.sent + (before?.sent ?? 0) > 0,
      });
      if (due.length > 0) await this.sendBatch(client, meters, due, queue, report);
      sent += due.length;
      more = due.length > 0 && report.postponed === 0;
    }
    this.events.inc(report.sent);
    this.refusals.inc(report.refused);
    return { ...addUp(before ?? NOTHING_SENT, report), more };
  }

  private async sendBatch(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    due: readonly Intent[],
    queue: PQueue,
    report: SendReport,
  ): Promise<void> {
    const visible = await this.visible(client, meters, due);
    await markAttempt(client, due, this.clock.now());
    const outcomes = await Promise.all(
      due.map(
        (intent) =>
          queue.add(() =>
            // A provider in trouble gets no more requests.
            report.postponed > AT_ONCE
              ? this.postponed(intent, false)
              : this.sendIntent(intent, meters, visible, report),
          ) as Promise<Outcome>,
      ),
    );
    await settle(client, outcomes, this.clock.now());
    for (const { definition, provider } of meters)
      if (outcomes.some(({ intent, reason }) => reason === IN_DOUBT && intent.meter === definition.name))
        await this.canaries.send(client, provider);
  }

  /** Up to which time the meters' totals have come, where the result is needed. */
  private async visible(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    due: readonly Intent[],
  ): Promise<ReadonlyMap<string, Date>> {
    const visible = new Map<string, Date>();
    for (const { definition, provider } of meters) {
      if (!due.some((intent) => intent.meter === definition.name && this.isForgotten(intent))) continue;
      await this.canaries.look(client, provider.id);
      const since = await visibleSince(client, provider.id);
      if (since) visible.set(definition.name, since);
    }
    return visible;
  }

  private async sendIntent(
    intent: Intent,
    meters: readonly CountedMeter[],
    visible: ReadonlyMap<string, Date>,
    report: SendReport,
  ): Promise<Outcome> {
    const meter = meters.find(({ definition }) => definition.name === intent.meter);
    if (!meter) return this.refused(intent, 'meter_not_in_catalog', report);
    try {
      const arrived = await this.arrivedBefore(intent, meter, visible.get(intent.meter));
      if (arrived === 'unknown') return { ...this.postponed(intent, false), reason: IN_DOUBT };
      if (!arrived) {
        if (isPastReportingWindow(intent.at, this.clock.now())) return this.refused(intent, TOO_OLD, report);
        await this.sink.send({
          meter: meter.provider,
          customerId: intent.customerId,
          identifier: usageIdentifier(intent),
          at: intent.at,
          value: intent.value,
        });
      }
      report.sent++;
      return {
        intent,
        state: 'sent',
        nextAttemptAt: this.clock.now(),
        reason: null,
        mayHaveArrived: true,
      };
    } catch (error) {
      if (error instanceof UsageCustomerGoneError) return this.gone(intent, error);
      if (error instanceof UsageRefusedError) return this.refused(intent, error.reason, report, error);
      report.postponed++;
      if (report.postponed === 1)
        this.log.warn(
          error instanceof UsageThrottledError
            ? 'Stripe asks us to slow down. What is left of the report goes out later.'
            : 'Usage could not be reported to Stripe. It is recorded and will be retried.',
          {},
          error,
        );
      return this.postponed(intent, !(error instanceof UsageThrottledError));
    }
  }

  /**
   * An intent that was tried before may have arrived. Sent again soon, the provider recognises its identifier and counts
   * it once; sent again after a day it could count twice. By then its totals show it, unless they lag: so it waits until
   * they show events that were sent later.
   */
  private async arrivedBefore(
    intent: Intent,
    { provider }: CountedMeter,
    visible: Date | undefined,
  ): Promise<boolean | 'unknown'> {
    const { attemptedAt, firstAttemptedAt, ownMinute, at, customerId, value } = intent;
    if (attemptedAt === null || firstAttemptedAt === null) return false;
    if (!this.isForgotten(intent) && this.isAgo(attemptedAt) < ASK_FIRST_MS) return false;
    // Without a minute of its own it cannot be told apart: it counts as accepted until there is evidence that it was not.
    if (!ownMinute) return true;
    const minute = floorMinute(at);
    const total = await this.sink.total(provider.id, customerId, minute, nextMinute(minute));
    if (total === value) return true;
    if (!this.isForgotten(intent)) return false;
    return visible && visible.getTime() >= attemptedAt.getTime() + this.settlingMs ? false : 'unknown';
  }

  private isForgotten({ firstAttemptedAt }: Intent): boolean {
    return firstAttemptedAt !== null && this.isAgo(firstAttemptedAt) > IDENTIFIER_KNOWN_MS;
  }

  /** Absolute, as our clock may have jumped either way. */
  private isAgo(time: Date): number {
    return Math.abs(this.clock.ms() - time.getTime());
  }

  private gone(intent: Intent, error: unknown): Outcome {
    this.log.error(
      'A customer was deleted at Stripe: usage that was not reported by then cannot be any more.',
      { meter: intent.meter, customer: intent.customerId, value: intent.value.toString() },
      error,
    );
    return {
      intent,
      state: 'gone',
      nextAttemptAt: this.clock.now(),
      reason: 'customer_deleted',
      mayHaveArrived: true,
    };
  }

  private postponed(intent: Intent, mayHaveArrived = true): Outcome {
    const wait = retryDelay(intent.attempts, FIRST_RETRY_MS, LAST_RETRY_MS);
    const jittered = wait * (0.5 + Math.random() / 2);
    return {
      intent,
      state: 'pending',
      nextAttemptAt: new Date(this.clock.ms() + jittered),
      reason: null,
      mayHaveArrived,
    };
  }

  private refused(intent: Intent, reason: string, report: SendReport, error?: unknown): Outcome {
    report.refused++;
    this.log.error(
      'Stripe rejected usage because of its content. It is kept and retried in an hour.',
      { meter: intent.meter, customer: intent.customerId, period: intent.startsAt.toISOString(), reason },
      error,
    );
    return {
      intent,
      state: reason === TOO_OLD ? 'expired' : 'pending',
      nextAttemptAt: new Date(this.clock.ms() + REFUSED_RETRY_MS),
      reason,
      mayHaveArrived: false,
    };
  }
}
