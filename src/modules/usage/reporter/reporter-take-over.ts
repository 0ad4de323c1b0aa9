import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import PQueue from 'p-queue';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Database, type Sql } from '../../../platform/database/database.js';
import { IS_FINAL } from '../../billing/index.js';
import { UsageSink } from '../../billing/ports/usage-sink.js';
import { addReportedSql, type CountedMeter } from '../../meters/index.js';
import { middleOf, minutesOf, nextMinute } from '../meter-events/index.js';
import { ReporterMemory } from './reporter-memory.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';
import { handOverOf } from '../billing/hand-over.js';

/** Stripe's default limit is 25 requests a second for each endpoint; others may be reading. */
const A_SECOND = 15;
const AT_ONCE = 4;

/** The result of the takeover. */
export interface TakenOver {
  /** Billing periods that were compared with Stripe's totals. */
  periods: number;
  /** Units at Stripe that another sender reported: they are not reported again. */
  units: bigint;
  /** Units at Stripe beyond those in the ledger: `usage reconcile` shows them, `usage adjust` takes them back. */
  excess: bigint;
}

interface Row {
  customerId: string;
  meter: string;
  providerMeter: string;
  startsAt: Date;
  endsAt: Date;
}

/**
 * Has Farebox continue reporting where Moesif stopped: Stripe's totals for a billing period whose invoice is not final
 * count as reported. Each period is one transaction, and a completed one is skipped: a run that was stopped is run again.
 */
@Injectable()
export class ReporterTakeOver {
  constructor(
    private readonly memory: ReporterMemory,
    private readonly lock: UsageReportingLock,
    private readonly sink: UsageSink,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param onDone called with the number of completed periods and of all.
   * @returns `undefined` when another process holds the lock, or a meter of the catalog is missing at the provider.
   * @throws {StartRefusedError} when the former reporter has usage to report; {BillingUnavailableError} run it again.
   */
  async run(
    waitMs = 0,
    onDone: (done: number, total: number) => void = () => undefined,
  ): Promise<TakenOver | undefined> {
    const result = { periods: 0, units: 0n, excess: 0n };
    const last = await this.memory.last();
    if (last === this.memory.configured) return result;
    // Counts everything that is in the ledger first.
    const rows = await this.lock.withLock(waitMs, (client, meters) => unreportedPeriods(client, meters));
    if (!rows) return undefined;
    if (last !== undefined) {
      if (handOverOf(last, this.memory.configured).takesOver) await this.takeOver(rows, result, onDone);
      else this.memory.assertNothingLeft(last, await this.memory.unreported());
    }
    await this.memory.remember();
    return result;
  }

  private async takeOver(
    rows: readonly Row[],
    result: TakenOver,
    onDone: (done: number, total: number) => void,
  ): Promise<void> {
    const queue = new PQueue({ concurrency: AT_ONCE, interval: 1_000, intervalCap: A_SECOND });
    // By customer, meter and minutes: units in a shared minute that one period leaves go to its neighbour.
    const excess = new Map<string, bigint>();
    const work = async (row: Row): Promise<void> => {
      // The whole minutes first: units in a minute at an edge beyond them may be a neighbouring period's.
      for (const part of partsOf(row)) {
        const shown = await this.sink.total(row.providerMeter, row.customerId, part.from, part.to);
        const booked = await this.book(row, part, shown);
        result.units += booked.units;
        excess.set(`${row.customerId} ${row.meter} ${part.from.getTime()}`, booked.excess);
      }
      result.periods += 1;
      onDone(result.periods, rows.length);
    };
    try {
      await queue.addAll(rows.map((row) => () => work(row)));
      result.excess = [...excess.values()].reduce((sum, units) => sum + units, 0n);
    } finally {
      queue.clear();
      await queue.onIdle();
    }
  }

  /**
   * Records as reported and proven the units that Stripe shows in some minutes beyond those known to be reported there;
   * no more than the meter counted.
   */
  private async book(
    { customerId, meter, startsAt }: Row,
    { from, to, at }: Part,
    shown: bigint,
  ): Promise<{ units: bigint; excess: bigint }> {
    return this.database.transaction(async (tx) => {
      // All periods of the meter: neighbours share a minute, and units recorded for one are not recorded for the other.
      await tx.execute(
        sql`select 1 from farebox.meter_usage where customer_id = ${customerId} and meter = ${meter} order by starts_at for update`,
      );
      const { rows } = await tx.execute<{ left: string; known: string }>(sql`
        select (u.value - u.told)::text as left,
          (select coalesce(sum(i.value), 0) from farebox.usage_intents i
           where i.customer_id = u.customer_id and i.meter = u.meter
             and i.at >= ${from.toISOString()} and i.at < ${to.toISOString()}
             and i.state in ('sent', 'proven') and not i.adjustment)::text as known
        from farebox.meter_usage u
        where u.customer_id = ${customerId} and u.meter = ${meter} and u.starts_at = ${startsAt.toISOString()}`);
      const left = BigInt(rows[0]?.left ?? 0);
      const others = shown - BigInt(rows[0]?.known ?? 0);
      const units = others < left ? others : left;
      if (units > 0n) await write(tx, { customerId, meter, startsAt }, { units, at, now: this.clock.now() });
      const taken = units > 0n ? units : 0n;
      return { units: taken, excess: others > taken ? others - taken : 0n };
    });
  }
}

/** Minutes of a period that are queried at once, and the time within both at which their units are recorded. */
interface Part {
  from: Date;
  to: Date;
  at: Date;
}

function partsOf({ startsAt, endsAt }: Row): Part[] {
  const { whole, edges } = minutesOf(startsAt, endsAt);
  const last = new Date(endsAt.getTime() - 1_000);
  return [...(whole ? [whole] : []), ...edges.map((edge) => ({ from: edge, to: nextMinute(edge) }))].map(
    (part) => {
      const middle = middleOf(part.from);
      const at = middle < startsAt ? startsAt : middle > last ? last : middle;
      return { ...part, at };
    },
  );
}

async function unreportedPeriods(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `select u.customer_id as "customerId", u.meter, m.provider as "providerMeter", u.starts_at as "startsAt",
       p.ends_at as "endsAt"
     from farebox.meter_usage u
     join unnest($1::text[], $2::text[]) as m (name, provider) on m.name = u.meter
     join farebox.usage_periods p
       on p.customer_id = u.customer_id and p.provider_meter = m.provider and p.starts_at = u.starts_at
     where u.untold and not ${IS_FINAL} and not exists (
       select 1 from farebox.usage_intents i
       where i.customer_id = u.customer_id and i.meter = u.meter and i.starts_at = u.starts_at and i.reason = 'taken_over')
     order by 1, 2, 4`,
    [meters.map(({ definition }) => definition.name), meters.map(({ provider }) => provider.id)],
  );
  return rows;
}

async function write(
  tx: Sql,
  { customerId, meter, startsAt }: Pick<Row, 'customerId' | 'meter' | 'startsAt'>,
  { units, at, now }: { units: bigint; at: Date; now: Date },
): Promise<void> {
  const [value, moment] = [units.toString(), now.toISOString()];
  await tx.execute(sql`
    insert into farebox.usage_intents (customer_id, meter, starts_at, n, value, at, own_minute, state, reason, sent_at,
      next_attempt_at, created_at)
    select ${customerId}, ${meter}, ${startsAt.toISOString()}::timestamptz, coalesce(max(n), 0) + 1, ${value}::numeric,
      ${at.toISOString()}::timestamptz, false, 'proven', 'taken_over', ${moment}::timestamptz, ${moment}::timestamptz,
      ${moment}::timestamptz
    from farebox.usage_intents
    where customer_id = ${customerId} and meter = ${meter} and starts_at = ${startsAt.toISOString()}`);
  await tx.execute(sql`
    with added as (
      select ${customerId}::text as customer_id, ${meter}::text as meter,
        ${startsAt.toISOString()}::timestamptz as starts_at, ${value}::numeric as value
    ) ${sql.raw(addReportedSql('select customer_id, meter, starts_at, value from added'))}`);
}
