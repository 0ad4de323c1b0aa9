import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';

/** What a query runs on: the pool, or the transaction somebody else has begun. */
export type Sql = PgDatabase<NodePgQueryResultHKT, Record<string, never>>;
