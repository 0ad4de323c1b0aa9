import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { connectionDefaults } from './database.js';
import { projectRoot } from '../project/project.js';

/** Any fixed number: processes that start together take turns under this advisory lock. */
const MIGRATION_LOCK = 7_219_004;

const migrationsFolder = join(projectRoot, 'migrations');

/** Brings the schema up to this version of the program: the files in `migrations/` that have not run yet, in order. */
export async function migrateDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({
    ...connectionDefaults(connectionString, 'farebox migrations'),
    // A migration may take its time, and so may waiting for the process that runs one.
    query_timeout: 600_000,
    statement_timeout: 600_000,
  });
  // Without a listener a connection that breaks between two queries would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder, migrationsSchema: 'farebox_migrations' });
  } finally {
    await client.end().catch(() => undefined);
  }
}
