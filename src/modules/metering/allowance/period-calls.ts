import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';

/** Which calls: of one customer, begun from `from` to before `to` (milliseconds since the epoch). */
export interface CallsWanted {
  customerId: string;
  from: number;
  to: number;
}

/** How many calls stand in the ledger. */
@Injectable()
export class PeriodCalls {
  constructor(private readonly database: Database) {}

  /** Counts no further than `most`. Corrections are no calls. @throws {DatabaseUnavailableError} */
  async count({ customerId, from, to }: CallsWanted, most: number): Promise<number> {
    const { rows } = await this.database.run(() =>
      this.database.pool.query<{ calls: number }>(
        `select count(*)::integer as calls from (
           select from calls
           where customer_id = $1 and day >= ($2::timestamptz at time zone 'utc')::date
             and started_at >= $2 and started_at < $3 and corrects is null
           limit $4) counted`,
        [customerId, new Date(from), new Date(to), most],
      ),
    );
    return rows[0]?.calls ?? 0;
  }
}
