import { Injectable } from '@nestjs/common';
import { Catalog, costsNothing } from '../../../catalog/index.js';
import { Database } from '../../../platform/database/database.js';

/** Calls of one customer that began from `from` to before `to` (milliseconds since the epoch). */
export interface CallsWanted {
  customerId: string;
  /** The account's current plan. */
  plan: string;
  from: number;
  to: number;
}

/** Counts calls in the ledger; those on earlier free plans are left out. */
@Injectable()
export class PeriodCalls {
  private readonly free: string[];

  constructor(
    private readonly database: Database,
    catalog: Catalog,
  ) {
    this.free = catalog.plans.filter(costsNothing).map(({ id }) => id);
  }

  /** Counts up to `most`. Corrections do not count as calls. @throws {DatabaseUnavailableError} */
  async count({ customerId, plan, from, to }: CallsWanted, most: number): Promise<number> {
    const { rows } = await this.database.run(() =>
      this.database.pool.query<{ calls: number }>(
        `select count(*)::integer as calls from (
           select from farebox.calls
           where customer_id = $1 and day >= ($2::timestamptz at time zone 'utc')::date
             and started_at >= $2 and started_at < $3 and corrects is null
             and (plan = $5 or plan <> all($6::text[]))
           limit $4) counted`,
        [customerId, new Date(from), new Date(to), most, plan, this.free],
      ),
    );
    return rows[0]?.calls ?? 0;
  }

  /** Same as `count` for several at once. @returns the counts, in the order of `wanted`. @throws {DatabaseUnavailableError} */
  async countEach(wanted: readonly CallsWanted[], most: number): Promise<number[]> {
    const { rows } = await this.database.run(() =>
      this.database.pool.query<{ calls: number }>(
        `select counted.calls
         from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $5::text[])
           with ordinality as wanted (customer_id, from_at, to_at, plan, place)
         cross join lateral (
           select count(*)::integer as calls from (
             select from farebox.calls
             where customer_id = wanted.customer_id and day >= (wanted.from_at at time zone 'utc')::date
               and started_at >= wanted.from_at and started_at < wanted.to_at and corrects is null
               and (plan = wanted.plan or plan <> all($6::text[]))
             limit $4) found) counted
         order by wanted.place`,
        [
          wanted.map(({ customerId }) => customerId),
          wanted.map(({ from }) => new Date(from)),
          wanted.map(({ to }) => new Date(to)),
          most,
          wanted.map(({ plan }) => plan),
          this.free,
        ],
      ),
    );
    return rows.map(({ calls }) => calls);
  }
}
