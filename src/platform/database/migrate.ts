import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { DEADLINES, openClient } from './connections.js';
import {
  assertSupported,
  MIGRATIONS_SCHEMA,
  migrationsFolder,
  readSchemaState,
  type SchemaState,
} from './schema-version.js';

/** Any fixed number: this advisory lock serializes processes that start together. */
const MIGRATION_LOCK = 7_219_004;

/** A migration may take long, and so may waiting for the process that runs one. */
const MIGRATION_DEADLINES = { ...DEADLINES, answer: 600_000, statement: 600_000 };

/**
 * Brings the schema up to this version of the program: the files in `migrations/` that have not run yet,
 * in order.
 * @param connectionString must lead to sessions: the lock is one's.
 * @returns how it was before.
 * @throws {StartRefusedError} when it belongs to a newer release in which this one would do wrong.
 */
export async function migrateDatabase(connectionString: string): Promise<SchemaState> {
  const client = await openClient(connectionString, 'farebox migrations', MIGRATION_DEADLINES);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const before = await readSchemaState(client);
    assertSupported(before);
    if (before.pending.length > 0)
      await migrate(drizzle(client), { migrationsFolder, migrationsSchema: MIGRATIONS_SCHEMA });
    return before;
  } finally {
    await client.end().catch(() => undefined);
  }
}
