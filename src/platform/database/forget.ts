import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';

/** Rows at a time: the first run may find those of years. */
const BATCH = 5_000;

/** Deletes expired rows, some thousand of them; the next sweep goes on. */
export async function forget(database: Database, table: PgTable, over: SQL | undefined): Promise<void> {
  if (over === undefined) throw new Error('everything would be deleted');
  await database.run((db) =>
    db.execute(
      sql`delete from ${table} where ctid = any (array(select ctid from ${table} where ${over} limit ${BATCH}))`,
    ),
  );
}
