import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import type { CountedMeter } from '../../meters/index.js';
import { planIntents, type UnreportableUsage } from './reporting/plan-intents.js';
import { NOTHING_PROVEN, type ProofReport, UsageProofPass } from './proof/usage-proof-pass.js';
import { type SendReport, UsageSender } from './reporting/usage-sender.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';

/** The result of a report. */
export interface UsageReport extends SendReport, ProofReport {
  /** Intents that were recorded. */
  planned: number;
  unreportable: readonly UnreportableUsage[];
}

export interface ReportOptions {
  /** How long to wait for the reporting lock, in milliseconds; 0 by default. */
  waitMs?: number;
  /** When arrivals are checked: by default at once. */
  prove?: 'now' | 'due';
  /** Called after each batch with the number of events sent so far. */
  onSent?: (sent: number) => void;
}

/** Events sent so far, and whether there may be more. */
type Sent = SendReport & { more: boolean };

/** Some seconds' work. */
const AT_A_TURN = 200;
/** How long it waits for the lock between batches: a change of plan or an invoice proof may hold it. */
const NEXT_TURN_MS = 60_000;

/** Reports the meters' values to the provider. One process at a time does: the others leave it to that one. */
@Injectable()
export class UsageReporter {
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly lock: UsageReportingLock,
    private readonly sender: UsageSender,
    private readonly proof: UsageProofPass,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  /**
   * Meters the ledger, records new intents, sends them, and checks whether those sent before have arrived.
   * @returns `undefined` when another process holds the lock, or a meter is missing at the provider.
   */
  async report({ waitMs = 0, prove = 'now', onSent }: ReportOptions = {}): Promise<UsageReport | undefined> {
    const begun = await this.lock.withLock(waitMs, async (client, meters) => {
      const { planned, unreportable } = await planIntents(client, meters, this.clock.now(), 'near');
      for (const usage of unreportable) this.logUnreportable(usage);
      return { planned, unreportable, ...(await this.sendPending(client, meters)) };
    });
    if (!begun) return undefined;
    const { planned, unreportable, ...first } = begun;
    const sent = await this.sendRest(first, onSent);
    return { planned, unreportable, ...NOTHING_PROVEN, ...sent, ...(await this.proof.run(prove)) };
  }

  /** Sends recorded intents that a crash or an outage left pending. */
  async resume(): Promise<SendReport | undefined> {
    const pending = await this.database.pool.query(
      `select 1 from farebox.usage_intents where state = 'pending' and next_attempt_at <= $1 limit 1`,
      [this.clock.now()],
    );
    if (!pending.rowCount) return undefined;
    const begun = await this.lock.withLock(0, (client, meters) => this.sendPending(client, meters));
    return begun && this.sendRest(begun);
  }

  private sendPending(
    client: pg.Client,
    meters: readonly CountedMeter[],
    before?: SendReport,
  ): Promise<Sent> {
    return this.sender.sendDue(client, meters, { before, atMost: AT_A_TURN });
  }

  /**
   * Sends in batches and releases the lock between them: thousands of customers take minutes, and a change of plan must
   * wait for one batch at most.
   */
  private async sendRest(begun: Sent, onSent: (sent: number) => void = () => undefined): Promise<SendReport> {
    let report = begun;
    while (report.more) {
      onSent(report.sent);
      const before = report;
      const next = await this.lock.withLock(NEXT_TURN_MS, (client, meters) =>
        this.sendPending(client, meters, before),
      );
      // Another process reports: it sends the rest.
      if (!next) break;
      report = next;
    }
    onSent(report.sent);
    const { sent, refused, postponed } = report;
    return { sent, refused, postponed };
  }

  private logUnreportable({ customerId, meter, startsAt, difference, reason }: UnreportableUsage): void {
    this.log.error(
      reason === 'older_than_35_days'
        ? 'Usage of more than 35 days ago can no longer be reported to Stripe. It is kept: decide about an invoice item, see docs/usage.md.'
        : 'Usage has more than 15 digits, which Stripe does not accept. It is kept: count in larger units.',
      { customer: customerId, meter, period: startsAt.toISOString(), difference: difference.toString() },
    );
  }
}
