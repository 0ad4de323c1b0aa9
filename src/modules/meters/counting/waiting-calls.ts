import type pg from 'pg';
import { newId } from '../../../platform/ids/ids.js';
import { meterLines } from '../../ledger/index.js';

/** Calls of one customer that wait for their billing period to be known. */
export interface WaitingCustomer {
  customerId: string;
  calls: number;
  /** Since when the first of them waits, UTC. */
  since: Date;
}

/**
 * Gives calls whose billing period is known by now back to the meters, as an outbox line like any other.
 * @returns the number of calls.
 */
export async function resumeWaiting(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ calls: number }>(
    `with ready as (
       delete from farebox.meter_waiting w where exists (
         select 1 from farebox.usage_periods p where p.customer_id = w.customer_id and p.subscription_id = w.subscription_id
           and w.started_at >= p.counts_from and w.started_at < p.counts_to)
       returning day, id
     ), lines as (${meterLines.add('ready', '$1')})
     select count(*)::int as calls from ready`,
    [newId()],
  );
  return rows[0]?.calls ?? 0;
}

/** Customers with waiting calls, those that wait longest first. */
export async function waitingCustomers(client: pg.ClientBase, limit: number): Promise<WaitingCustomer[]> {
  const { rows } = await client.query<WaitingCustomer>(
    `select customer_id as "customerId", count(*)::int as calls, min(since) as since
     from farebox.meter_waiting group by 1 order by 3 limit $1`,
    [limit],
  );
  return rows;
}
