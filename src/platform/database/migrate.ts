import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { DEADLINES, openClient } from './connections.js';
import { projectRoot } from '../project/project.js';

/** Any fixed number: processes that start together take turns under this advisory lock. */
const MIGRATION_LOCK = 7_219_004;

/** A migration may take its time, and so may waiting for the process that runs one. */
const MIGRATION_DEADLINES = { ...DEADLINES, answer: 600_000, statement: 600_000 };

const migrationsFolder = join(projectRoot, 'migrations');

/**
 * Brings the schema up to this version of the program: the files in `migrations/` that have not run yet,
 * in order.
 * @param connectionString must lead to sessions: the lock is one's.
 */
export async function migrateDatabase(connectionString: string): Promise<void> {
  const client = await openClient(connectionString, 'farebox migrations', MIGRATION_DEADLINES);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder, migrationsSchema: 'farebox_migrations' });
  } finally {
    await client.end().catch(() => undefined);
  }
}
