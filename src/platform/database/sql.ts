import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';

/** Runs a query: the pool, or the transaction that the caller has begun. */
export type Sql = PgDatabase<NodePgQueryResultHKT, Record<string, never>>;
