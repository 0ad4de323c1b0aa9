import { sql as raw } from 'drizzle-orm';
import type { Sql } from '../../../platform/database/database.js';

/**
 * Takes the customer's lock until the transaction of `sql` ends, if nobody has it. What is fetched from Stripe under it
 * is newer than what anybody wrote before.
 */
export async function lockCustomer(sql: Sql, customerId: string): Promise<boolean> {
  const { rows } = await sql.execute<{ locked: boolean }>(
    raw`select pg_try_advisory_xact_lock(hashtext('stripe customer'), hashtext(${customerId})) as locked`,
  );
  return rows[0]?.locked === true;
}
