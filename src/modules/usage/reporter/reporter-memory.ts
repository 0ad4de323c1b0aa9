import { Injectable, type OnModuleInit } from '@nestjs/common';
import { desc } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { StartRefusedError } from '../../../platform/database/start-refused.error.js';
import { meterLines } from '../../ledger/index.js';
import { IS_FINAL } from '../../billing/index.js';
import { type HandOver, handOverOf, type UnreportedUsage } from '../billing/hand-over.js';
import { type ReporterName, UsageBilling } from '../billing/usage-billing.js';
import { usageReporters } from '../usage-reporters.tables.js';

/**
 * Remembers who reports usage. Farebox does not know what Moesif reported, and would report all of it again; Moesif does
 * not report what Farebox left. So another USAGE_REPORTER starts only with nothing left between the two.
 */
@Injectable()
export class ReporterMemory {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly billing: UsageBilling,
  ) {}

  get configured(): ReporterName {
    return this.billing.name;
  }

  /** The last reporter; undefined where nothing was counted yet. */
  async last(): Promise<ReporterName | undefined> {
    const rows = await this.database.run((db) =>
      db.select().from(usageReporters).orderBy(desc(usageReporters.since)).limit(1),
    );
    return rows[0]?.name ?? this.lastOfOlderRelease();
  }

  /** An older release did not record it: Farebox records what it reports, and nothing while Moesif reports. */
  private async lastOfOlderRelease(): Promise<ReporterName | undefined> {
    const { rows } = await this.database.run(() =>
      this.database.pool.query<{ reported: boolean; counted: boolean }>(
        `select exists (select 1 from farebox.usage_intents) as reported,
           exists (select 1 from farebox.meter_usage where untold) as counted`,
      ),
    );
    if (rows[0]?.reported) return 'stripe';
    return rows[0]?.counted ? 'moesif' : undefined;
  }

  /** Records the configured reporter as the current one. */
  async remember(): Promise<void> {
    const row = { since: this.clock.now(), name: this.configured };
    await this.database.run((db) => db.insert(usageReporters).values(row).onConflictDoNothing());
  }

  async unreported(): Promise<UnreportedUsage> {
    const { rows } = await this.database.run(() =>
      this.database.pool.query<UnreportedUsage>(
        `select
           (select count(*) from farebox.meter_usage u where u.untold and exists (
              select 1 from farebox.usage_periods p
              where p.customer_id = u.customer_id and p.starts_at = u.starts_at and not ${IS_FINAL}))::int as periods,
           (select count(*) from farebox.usage_intents where state = 'pending')::int as pending,
           (select count(*) from farebox.usage_intents i where i.state = 'sent' and exists (
              select 1 from farebox.usage_periods p
              where p.customer_id = i.customer_id and p.starts_at = i.starts_at and not ${IS_FINAL}))::int as unproven,
           (select count(*) from (${meterLines.unread}) lines)::int as uncounted`,
      ),
    );
    const [row] = rows;
    if (!row) throw new Error('a count has a row');
    return row;
  }

  /** @throws {StartRefusedError} when another reporter left usage behind: with the action to take. */
  async assertTakenOver(): Promise<void> {
    const last = await this.last();
    if (last === this.configured) return;
    if (last !== undefined) this.assertNothingLeft(last, await this.unreported());
    await this.remember();
  }

  /** @throws {StartRefusedError} as above. */
  assertNothingLeft(last: ReporterName, left: UnreportedUsage): void {
    const { blocks, advice }: HandOver = handOverOf(last, this.configured);
    if (blocks(left)) throw new StartRefusedError(`${describeLeft(last, this.configured, left)} ${advice}`);
  }
}

/** Refuses the start of the application with another reporter than before. */
@Injectable()
export class ReporterGuard implements OnModuleInit {
  constructor(
    private readonly memory: ReporterMemory,
    private readonly startup: DatabaseStartup,
  ) {}

  onModuleInit(): void {
    this.startup.onOpen(() => this.memory.assertTakenOver());
  }
}

const describeLeft = (last: ReporterName, next: ReporterName, left: UnreportedUsage): string =>
  `USAGE_REPORTER=${next}, and usage was reported by ${last} until now: ${left.periods} billing period(s) have usage that Farebox has not reported, ${left.pending} meter event(s) are pending, ${left.unproven} are sent and not shown by Stripe yet, ${left.uncounted} call(s) are not counted yet.`;
