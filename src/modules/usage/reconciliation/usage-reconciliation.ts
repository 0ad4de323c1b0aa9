import { Injectable, type OnModuleInit } from '@nestjs/common';
import PQueue from 'p-queue';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { abandon, Database } from '../../../platform/database/database.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import { UsageCustomerGoneError, UsageSink } from '../../billing/ports/usage-sink.js';
import type { CountedMeter } from '../../meters/index.js';
import { type AskTotal, ProviderTotals } from '../billing/provider-totals.js';
import { type BookedUsage, bookedUsage, takenSince } from './compare-usage.js';
import { InvoicedUsages } from './invoiced-usage.js';
import { writeProgress } from '../progress-store.js';
import { UsageChecks } from './usage-checks.js';
import { isMismatch, type UsageComparison, type Verdict, VERDICTS } from './usage-comparison.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';

/** Late calls arrive from the spool within days, and Stripe takes events of 35 days. */
const LOOK_BACK_MS = 40 * 86_400_000;
const AT_ONCE = 8;
/** Three seconds' work, at the pace at which Stripe may be asked. */
const AT_A_TURN = 40;
/** After this many failures in a row Stripe is considered unavailable: the rest is not asked for. */
const AWAY_AFTER = 16;
/** Progress entry of periods that could not be compared, for the next try. */
export const RECONCILIATION = 'reconciliation';
/** How long it waits for the lock: a batch of a report, a change of plan or an invoice comes between. */
const NEXT_TURN_MS = 60_000;
const LOCK = 'usage reconciliation';
/** About 2 µs for each call and meter: a billion calls exceed the lock's deadline. */
const COUNTING_DEADLINE_MS = 3_600_000;

type OnCompared = (done: number, total: number) => void;

/**
 * Compares the calls served with the usage counted, reported and billed, read-only.
 *
 * The books of all customers are read in one snapshot. That may take minutes, and so does asking for thousands of totals,
 * which is done in batches: others report or change a plan meanwhile, and what they report is subtracted from the totals.
 */
@Injectable()
export class UsageReconciliation implements OnModuleInit {
  private readonly log: Log;
  private readonly settlingMs: number;
  private mismatches = 0;
  private failure: unknown;
  private failures = 0;
  private verdicts: Readonly<Record<string, number>> = {};
  private counting: pg.Client | undefined;

  constructor(
    private readonly lock: UsageReportingLock,
    private readonly sink: UsageSink,
    private readonly totals: ProviderTotals,
    private readonly checks: UsageChecks,
    private readonly invoiced: InvoicedUsages,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly shutdown: Shutdown,
    settings: Settings,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('usage');
    this.settlingMs = settings.get('USAGE_SETTLING');
    metrics.gauge(
      'usage_mismatches',
      "Customers, meters and periods with a mismatch in this process's last full reconciliation.",
      () => this.mismatches,
    );
    metrics.gaugeBy(
      'usage_verdicts',
      'Customers, meters and periods by verdict, as of the last reconciliation of everybody by this process.',
      'verdict',
      () => this.verdicts,
    );
  }

  onModuleInit(): void {
    this.shutdown.beforeDrain(async () => this.counting && abandon(this.counting));
  }

  /**
   * @param scope a customer, or all customers; periods that ended since `from`, by default in the last 40 days, and the
   * current ones.
   * @param onCompared called with the number compared and of all.
   * @returns `undefined` when another process holds the lock, a meter is missing at the provider, or this process ends.
   * Those that could not be compared are `unknown`.
   * @throws {BillingUnavailableError} when Stripe cannot be asked for any total of the customer.
   */
  async reconcile(
    scope: { customerId?: string; from?: Date } = {},
    waitMs = 0,
    onCompared: OnCompared = () => undefined,
  ): Promise<readonly UsageComparison[] | undefined> {
    const to = this.clock.now();
    const range = { from: new Date(to.getTime() - LOOK_BACK_MS), ...scope, to };
    if (scope.customerId !== undefined) {
      await this.invoiced.refresh(range);
      const booked = await this.lock.withLock(waitMs, (client, meters) => bookedUsage(client, meters, range));
      const compared = booked && (await this.compare(booked, range.from, onCompared));
      if (compared?.length && compared.every(({ verdict }) => verdict === 'unknown'))
        throw this.failure ?? new BillingUnavailableError(new Error('no total could be had'));
      return compared;
    }
    const alone = await this.database.withLockOnOwn(
      { name: LOCK, wait: waitMs, deadlineMs: COUNTING_DEADLINE_MS },
      async (client) => {
        const meters = await this.lock.withLock(waitMs, async (_client, counted) => counted);
        if (meters) await this.invoiced.refresh({});
        const booked = meters && (await this.count(client, meters, range));
        const compared = booked && (await this.compare(booked, range.from, onCompared));
        if (!compared) return undefined;
        this.mismatches = compared.filter(isWrong).length;
        this.verdicts = Object.fromEntries(
          VERDICTS.map((verdict) => [verdict, compared.filter((one) => one.verdict === verdict).length]),
        );
        await this.checks.add(compared, to);
        const unknown = compared.filter(({ verdict }) => verdict === 'unknown');
        const customers = [...new Set(unknown.map(({ customerId }) => customerId))];
        await writeProgress(client, RECONCILIATION, this.clock.now(), { customers, attempts: 0 });
        return compared;
      },
    );
    return alone?.result;
  }

  /** Without the lock, so that reports are not blocked. `undefined` when the process ends. */
  private async count(
    client: pg.Client,
    meters: readonly CountedMeter[],
    range: { from: Date; to: Date },
  ): Promise<BookedUsage[] | undefined> {
    this.counting = client;
    try {
      return await bookedUsage(client, meters, range);
    } catch (error) {
      if (this.shutdown.inProgress) return undefined;
      throw error;
    } finally {
      this.counting = undefined;
    }
  }

  private async compare(
    booked: readonly BookedUsage[],
    from: Date,
    onCompared: OnCompared,
  ): Promise<UsageComparison[] | undefined> {
    const compared: UsageComparison[] = [];
    this.failures = 0;
    this.failure = undefined;
    while (compared.length < booked.length) {
      if (this.shutdown.inProgress) return undefined;
      const batch = booked.slice(compared.length, compared.length + AT_A_TURN);
      const next = await this.lock.withLock(NEXT_TURN_MS, (client, meters) =>
        this.compareBatch(client, meters, batch, (done) => onCompared(compared.length + done, booked.length)),
      );
      if (!next) return undefined;
      compared.push(...next);
    }
    const refined = await this.invoiced.refine(compared, from);
    this.logMismatches(refined);
    return refined;
  }

  private async compareBatch(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    batch: readonly BookedUsage[],
    onCompared: (done: number) => void,
  ): Promise<UsageComparison[]> {
    let done = 0;
    const queue = new PQueue({ concurrency: AT_ONCE });
    const ids = new Map(meters.map(({ definition, provider }) => [definition.name, provider.id]));
    const since = await takenSince(client, batch);
    const totals = await this.totals.of(
      client,
      batch.map((usage) => ({ ...usage, providerMeter: ids.get(usage.meter) ?? '' })),
    );
    return Promise.all(
      batch.map(
        (usage, n) =>
          queue.add(async () => {
            const compared = await this.compareOne(
              { ...usage, lastTakenAt: since[n]?.lastTakenAt ?? null },
              totals[n],
              since[n]?.units ?? 0n,
            );
            onCompared(++done);
            return compared;
          }) as Promise<UsageComparison>,
      ),
    );
  }

  /** @param since usage accepted since the comparison began. A failure affects its own customer only. */
  private async compareOne(
    usage: BookedUsage,
    ask: AskTotal | undefined,
    since: bigint,
  ): Promise<UsageComparison> {
    const unseen = { ...usage, stripe: 0n, uncertain: false };
    if (!ask || this.failures >= AWAY_AFTER) return { ...unseen, verdict: 'unknown' };
    try {
      const { customerId } = usage;
      const shown = await ask();
      const stripe = shown.units - since;
      const { uncertain } = shown;
      let verdict = this.judge(usage, stripe);
      // A neighbour's usage in a shared minute is not visible yet.
      if ((verdict === 'missing' || verdict === 'excess') && shown.unsettled) verdict = 'settling';
      if (verdict === 'missing' && (await this.sink.isGone(customerId))) verdict = 'gone';
      this.failures = 0;
      return { ...usage, stripe, uncertain, verdict };
    } catch (error) {
      if (error instanceof UsageCustomerGoneError) return { ...unseen, verdict: 'gone' };
      this.failure = error;
      if (++this.failures === 1)
        this.log.warn(
          "A customer's totals could not be had; the rest is compared, and it is tried again later.",
          { customer: usage.customerId },
          error,
        );
      return { ...unseen, verdict: 'unknown' };
    }
  }

  private judge(usage: BookedUsage, stripe: bigint): Verdict {
    const { ledger, meterValue, reported, billed, taken, takenOf, waived, gone, lastTakenAt } = usage;
    if (ledger !== meterValue) return 'miscounted';
    if (stripe > taken) return 'excess';
    if (stripe < taken) {
      const settles = lastTakenAt !== null && this.clock.ms() - lastTakenAt.getTime() < this.settlingMs;
      return settles ? 'settling' : 'missing';
    }
    const unreported = meterValue !== reported + billed;
    if (unreported) return this.totals.unreported(usage);
    if (reported !== takenOf + waived + gone) return 'to_tell';
    return billed === 0n ? 'equal' : 'billed';
  }

  private logMismatches(compared: readonly UsageComparison[]): void {
    const wrong = compared.filter(isWrong);
    for (const one of wrong.slice(0, 20)) {
      const { customerId, meter, startsAt, ledger, meterValue, taken, stripe, verdict, invoicing } = one;
      this.log.error('Reconciliation found a mismatch. Nothing was changed: see docs/usage.md.', {
        customer: customerId,
        meter,
        period: startsAt.toISOString(),
        verdict,
        ledger: String(ledger),
        counted: String(meterValue),
        reported: String(taken),
        stripe: String(stripe),
        invoiced: String(invoicing?.units ?? ''),
      });
    }
  }
}

const isWrong = ({ verdict }: UsageComparison): boolean => isMismatch(verdict);
