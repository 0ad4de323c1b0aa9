import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import type { Times } from './own-minute.js';
import { planIntents, type UntellableUsage } from './plan-intents.js';
import { type ProofReport, UsageProof } from './usage-proof.js';
import { type SendReport, UsageSender } from './usage-sender.js';
import { UsageTurn } from './usage-turn.js';

/** What a report did. */
export interface UsageReport extends SendReport, ProofReport {
  /** Numbers that were written down to be told. */
  planned: number;
  untellable: readonly UntellableUsage[];
}

export interface ReportOptions {
  /** How long to wait for another process that is at it, in milliseconds; 0 by default. */
  waitMs?: number;
  /** By default somebody waits for the report. */
  times?: Times;
  /** Told of how many events were told so far, batch by batch. */
  onSent?: (sent: number) => void;
}

/** Tells the provider what the meters show. One process at a time does: the others leave it to it. */
@Injectable()
export class UsageReporter {
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly turn: UsageTurn,
    private readonly sender: UsageSender,
    private readonly proof: UsageProof,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  /**
   * Counts what is in the ledger, writes down what is new, tells it, and looks whether what was told before has arrived.
   * @returns `undefined` when another process was at it, or a meter is missing at the provider.
   */
  async report({ waitMs = 0, times = 'ahead', onSent }: ReportOptions = {}): Promise<
    UsageReport | undefined
  > {
    return this.turn.take(waitMs, async (client, meters) => {
      const { planned, untellable } = await planIntents(client, meters, this.clock.now(), times);
      for (const usage of untellable) this.tellUntellable(usage);
      const sent = await this.sender.sendDue(client, meters, { onSent });
      const proven = await this.proof.prove(client, meters);
      return { planned, untellable, ...sent, ...proven };
    });
  }

  /** Tells what was written down before and has not been told: what a crash or an outage left. */
  async resume(): Promise<SendReport | undefined> {
    const pending = await this.database.pool.query(
      `select 1 from usage_intents where state = 'pending' and next_attempt_at <= $1 limit 1`,
      [this.clock.now()],
    );
    if (!pending.rowCount) return undefined;
    return this.turn.take(0, (client, meters) => this.sender.sendDue(client, meters));
  }

  private tellUntellable({ customerId, meter, startsAt, difference, reason }: UntellableUsage): void {
    this.log.error(
      reason === 'older_than_35_days'
        ? 'Usage of more than 35 days ago cannot be told to Stripe any more. It stays in the books: decide about an invoice item, see docs/usage.md.'
        : 'Usage has more than 15 digits, which Stripe does not take. It stays in the books: count in larger units.',
      { customer: customerId, meter, period: startsAt.toISOString(), difference: difference.toString() },
    );
  }
}
