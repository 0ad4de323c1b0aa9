import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import type pg from 'pg';
import { StartRefusedError } from '../../../platform/database/database-startup.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { UsageSink } from '../../billing/index.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import { IS_FINAL } from './final-periods.js';
import { floorMinute, minutesOf, nextMinute } from './minutes.js';
import { reasonAgainst, ReporterMemory } from './reporter-memory.js';
import { UsageTurn } from './usage-turn.js';

/** Stripe's default limit is 25 requests a second for each endpoint; others may be reading. */
const A_SECOND = 15;
const AT_ONCE = 4;

/** What was taken over. */
export interface TakenOver {
  /** Billing periods that were compared with Stripe's totals. */
  periods: number;
  /** Units that Stripe shows, reported by another: they are not reported again. */
  units: bigint;
  /** Units that Stripe shows beyond what the ledger has: `usage reconcile` shows them, `usage adjust` takes them back. */
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
 * Has Farebox report from where Moesif stood: what Stripe shows for a billing period whose invoice is not final counts as
 * reported. Each period is one transaction, and one that was taken over is left: a run that was stopped is run again.
 */
@Injectable()
export class ReporterTakeOver {
  constructor(
    private readonly memory: ReporterMemory,
    private readonly turn: UsageTurn,
    private readonly sink: UsageSink,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param onDone told of how many of how many periods are done.
   * @returns `undefined` when another process is at it, or a meter of the catalog is missing at the provider.
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
    const rows = await this.turn.take(waitMs, (client, meters) => untoldPeriods(client, meters));
    if (!rows) return undefined;
    if (this.memory.configured === 'moesif') {
      const left = await this.memory.unreported();
      if (left.periods + left.pending + left.uncounted > 0)
        throw new StartRefusedError(reasonAgainst(last ?? 'stripe', 'moesif', left));
    } else await this.takeOver(rows, result, onDone);
    await this.memory.remember();
    return result;
  }

  private async takeOver(
    rows: readonly Row[],
    result: TakenOver,
    onDone: (done: number, total: number) => void,
  ): Promise<void> {
    const queue = new PQueue({ concurrency: AT_ONCE, interval: 1_000, intervalCap: A_SECOND });
    const work = async (row: Row): Promise<void> => {
      // Minutes at the edges may be shared with a neighbour: what Moesif has there is compared as any other usage is.
      const { from, to } = minutesOf(row.startsAt, row.endsAt).whole ?? {
        from: floorMinute(row.startsAt),
        to: nextMinute(row.startsAt),
      };
      const shown = await this.sink.total(row.providerMeter, row.customerId, from, to);
      const { units, excess } = await this.book(row, shown);
      result.periods += 1;
      result.units += units;
      result.excess += excess;
      onDone(result.periods, rows.length);
    };
    try {
      await queue.addAll(rows.map((row) => () => work(row)));
    } finally {
      queue.clear();
      await queue.onIdle();
    }
  }

  /** Writes down as reported and proven what Stripe shows beyond our own; no more than the meter counted. */
  private async book(
    { customerId, meter, startsAt, endsAt }: Row,
    shown: bigint,
  ): Promise<{ units: bigint; excess: bigint }> {
    const key = [customerId, meter, startsAt];
    return this.database.run(async () => {
      const client = await this.database.pool.connect();
      try {
        await client.query('begin');
        const { rows } = await client.query<{ left: string; ours: string }>(
          `select (u.value - u.told)::text as left,
             (select coalesce(sum(i.value), 0) from usage_intents i
              where i.customer_id = u.customer_id and i.meter = u.meter and i.at >= u.starts_at and i.at < $4
                and i.state in ('sent', 'proven') and not i.adjustment)::text as ours
           from meter_usage u where u.customer_id = $1 and u.meter = $2 and u.starts_at = $3 for update`,
          [...key, endsAt],
        );
        const left = BigInt(rows[0]?.left ?? 0);
        const others = shown - BigInt(rows[0]?.ours ?? 0);
        const units = others < left ? others : left;
        if (units > 0n) await write(client, key, units, this.clock.now());
        await client.query('commit');
        const taken = units > 0n ? units : 0n;
        return { units: taken, excess: others > taken ? others - taken : 0n };
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    });
  }
}

async function untoldPeriods(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `select u.customer_id as "customerId", u.meter, m.provider as "providerMeter", u.starts_at as "startsAt",
       p.ends_at as "endsAt"
     from meter_usage u
     join unnest($1::text[], $2::text[]) as m (name, provider) on m.name = u.meter
     join usage_periods p
       on p.customer_id = u.customer_id and p.provider_meter = m.provider and p.starts_at = u.starts_at
     where u.untold and not ${IS_FINAL} and not exists (
       select 1 from usage_intents i
       where i.customer_id = u.customer_id and i.meter = u.meter and i.starts_at = u.starts_at and i.reason = 'taken_over')
     order by 1, 2, 4`,
    [meters.map(({ definition }) => definition.name), meters.map(({ provider }) => provider.id)],
  );
  return rows;
}

/** At the period's very beginning, where no report puts anything that is proven by its minute. */
async function write(client: pg.ClientBase, key: unknown[], units: bigint, now: Date): Promise<void> {
  await client.query(
    `insert into usage_intents (customer_id, meter, starts_at, n, value, at, own_minute, state, reason, sent_at,
       next_attempt_at, created_at)
     select $1, $2, $3, coalesce(max(n), 0) + 1, $4, $3, false, 'proven', 'taken_over', $5, $5, $5
     from usage_intents where customer_id = $1 and meter = $2 and starts_at = $3`,
    [...key, units.toString(), now],
  );
  await client.query(
    `update meter_usage set told = told + $4 where customer_id = $1 and meter = $2 and starts_at = $3`,
    [...key, units.toString()],
  );
}
