import { sql } from 'drizzle-orm';
import type { Sql } from '../../platform/database/database.js';
import { isLockTimeout } from '../../platform/database/database-errors.js';
import { ownName } from '../../platform/database/schema.js';

const CUSTOMERS = sql.raw(`hashtext(${ownName("'stripe customer'")})`);

/**
 * Takes the customer's lock until the transaction of `tx` ends, if it is free. State fetched from Stripe under it is
 * newer than any written before.
 */
export async function lockCustomer(tx: Sql, customerId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(${CUSTOMERS}, hashtext(${customerId})) as locked`,
  );
  return rows[0]?.locked === true;
}

/** The same, but waits for the lock: for up to `waitMs` milliseconds. */
export async function waitForCustomer(tx: Sql, customerId: string, waitMs: number): Promise<boolean> {
  await tx.execute(sql.raw(`set local lock_timeout = ${Math.ceil(waitMs)}`));
  try {
    // In a nested transaction: when it fails, the outer one continues.
    await tx.transaction((inner) =>
      inner.execute(sql`select pg_advisory_xact_lock(${CUSTOMERS}, hashtext(${customerId}))`),
    );
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  } finally {
    await tx.execute(sql.raw('set local lock_timeout = 0')).catch(() => undefined);
  }
}
