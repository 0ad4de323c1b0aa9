import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { DEADLINES, openClient } from './connections.js';
import { inTransaction } from './in-transaction.js';
import { SCHEMA } from './schema.js';
import {
  assertSupported,
  type Journal,
  migrationsFolder,
  readSchema,
  type SchemaState,
} from './schema-version.js';

/** Any fixed number: this advisory lock serializes processes that start together. */
const MIGRATION_LOCK = 7_219_004;

/** A migration may take long, and so may waiting for the process that runs one. */
const MIGRATION_DEADLINES = { ...DEADLINES, answer: 600_000, statement: 600_000 };

/**
 * Brings the schema up to this version of the program: the files in `migrations/` that have not run yet,
 * in order, in one transaction.
 * @param connectionString must lead to sessions: the lock is one's.
 * @returns how it was before.
 * @throws {StartRefusedError} when it belongs to a newer release in which this one would do wrong.
 */
export async function migrateDatabase(connectionString: string): Promise<SchemaState> {
  const client = await openClient(connectionString, 'farebox migrations', MIGRATION_DEADLINES);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const { state, journal } = await readSchema(client);
    assertSupported(state);
    if (state.pending.length > 0) await inTransaction(client, () => runPending(client, journal));
    return state;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function runPending(client: pg.Client, { table, last }: Journal): Promise<void> {
  // In a database of an earlier release names without a schema lead where its tables are, until a migration moves them.
  if (!table.isEarlier) await prepareSchema(client, table.name);
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder })) {
    if (folderMillis <= last) continue;
    for (const statement of sql) await client.query(statement);
    await client.query(`insert into ${table.name} (hash, created_at) values ($1, $2)`, [hash, folderMillis]);
  }
}

/** The first migrations name no schema. */
async function prepareSchema(client: pg.Client, journal: string): Promise<void> {
  const schema = pg.escapeIdentifier(SCHEMA);
  // "if not exists" would ask for the right to create schemas where somebody has created it for us.
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [SCHEMA]);
  if (!rowCount) await client.query(`create schema ${schema}`);
  await client.query(`set local search_path = ${schema}`);
  await client.query(
    `create table if not exists ${journal} (id serial primary key, hash text not null, created_at bigint)`,
  );
}
