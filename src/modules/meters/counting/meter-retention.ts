import { Injectable, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import { type CountedMeter, MeterDirectory } from '../directory/meter-directory.js';
import { meterLines } from '../../ledger/index.js';

const LOCK = 'meter retention';
const DEADLINE_MS = 30_000;
/** Billing periods deleted in one transaction. */
const BATCH = 200;

/** The last deleted period: they are deleted in the order of their ends. */
interface Position {
  endsAt: Date;
  customerId: string;
  startsAt: Date;
}
const BEGINNING: Position = { endsAt: new Date(0), customerId: '', startsAt: new Date(0) };

/**
 * Deletes the details behind a meter's value, hours and counted members, of billing periods that ended longer than
 * LEDGER_RETENTION ago: their calls are gone, so nothing can be added to them or explained. The values, and what was
 * reported of them, stay (`meter_usage`, `usage_intents`).
 */
@Injectable()
export class MeterRetention implements OnModuleInit {
  private readonly log: Log;
  /** This process's position, by the meter's name: periods before it are not checked again. */
  private readonly positions = new Map<string, Position>();

  constructor(
    private readonly database: Database,
    private readonly directory: MeterDirectory,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('meters');
  }

  onModuleInit(): void {
    this.sweep.register('meters.retention', () => this.forget());
  }

  private async forget(): Promise<void> {
    const meters = await this.directory.meters();
    if (meters === undefined) return;
    const before = new Date(this.clock.ms() - this.settings.get('LEDGER_RETENTION'));
    await this.database.withLock(LOCK, 0, async () => {
      const client = await this.database.connect('retention', DEADLINE_MS);
      try {
        // Members that were counted must be known for as long as calls may still be counted.
        if (await isBehind(client, before)) return;
        for (const meter of meters) await this.forgetOf(client, meter, before);
      } finally {
        await client.end().catch(() => undefined);
      }
    });
  }

  private async forgetOf(client: pg.Client, meter: CountedMeter, before: Date): Promise<void> {
    const { name } = meter.definition;
    let rows = 0;
    for (;;) {
      const batch = await forgetBatch(client, meter, this.positions.get(name) ?? BEGINNING, before);
      rows += batch.rows;
      if (batch.last) this.positions.set(name, batch.last);
      if (batch.periods < BATCH) break;
    }
    if (rows > 0)
      this.log.info('Hours and members of a meter were forgotten after LEDGER_RETENTION.', {
        meter: name,
        rows,
      });
  }
}

/** Whether calls of before then are yet to be counted. */
async function isBehind(client: pg.Client, before: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from (${meterLines.unread}) lines where day <= ($1::timestamptz at time zone 'utc')::date
     union all select 1 from farebox.meter_waiting where started_at <= $1 limit 1`,
    [before],
  );
  return (rowCount ?? 0) > 0;
}

/** In one transaction, as it is one statement. */
async function forgetBatch(
  client: pg.Client,
  { definition, provider }: CountedMeter,
  after: Position,
  before: Date,
): Promise<{ periods: number; rows: number; last: Position | undefined }> {
  const { rows } = await client.query<{ periods: number; rows: number } & Position>(
    `with old as materialized (
       select customer_id, starts_at, ends_at from farebox.usage_periods
       where provider_meter = $2 and ends_at < $3 and ends_at >= $4 and (ends_at, customer_id, starts_at) > ($4, $5, $6)
       order by ends_at, customer_id, starts_at limit ${BATCH}
     ), buckets as (
       delete from farebox.meter_buckets b using old
       where b.customer_id = old.customer_id and b.meter = $1 and b.starts_at = old.starts_at returning 1
     ), scopes as (
       delete from farebox.meter_scopes s using old
       where s.customer_id = old.customer_id and s.meter = $1 and s.starts_at = old.starts_at
       returning s.id, s.customer_id
     ), members as (
       delete from farebox.meter_members m using scopes
       where m.scope_id = scopes.id and m.customer_id = scopes.customer_id returning 1
     ), last as (
       select * from old order by ends_at desc, customer_id desc, starts_at desc limit 1
     )
     select (select count(*) from old)::int as periods,
       ((select count(*) from buckets) + (select count(*) from members))::int as rows,
       last.ends_at as "endsAt", last.customer_id as "customerId", last.starts_at as "startsAt"
     from last`,
    [definition.name, provider.id, before, after.endsAt, after.customerId, after.startsAt],
  );
  const [batch] = rows;
  return batch ? { ...batch, last: batch } : { periods: 0, rows: 0, last: undefined };
}
