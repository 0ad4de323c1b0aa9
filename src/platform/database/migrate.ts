import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { type DatabaseAddress, DEADLINES, openClient, sessionsOf } from './connections.js';
import type { MigrateMode } from './database-source.js';
import { inTransaction } from './in-transaction.js';
import { SCHEMA } from './schema.js';
import {
  assertSupported,
  type Journal,
  migrationsFolder,
  readSchema,
  readSchemaState,
  type SchemaState,
} from './schema-version.js';
import { StartRefusedError } from './start-refused.error.js';

/** Any fixed number: this advisory lock serializes processes that start together. */
const MIGRATION_LOCK = 7_219_004;

/** A migration may take long, and so may waiting for the process that runs one. */
const MIGRATION_DEADLINES = { ...DEADLINES, answer: 600_000, statement: 600_000 };

/**
 * Brings the schema up to this version of the program: the files in `migrations/` that have not run yet,
 * in order, in one transaction.
 * @param address must lead to sessions: the lock is one's.
 * @returns how it was before.
 * @throws {StartRefusedError} when it belongs to a newer release in which this one would do wrong.
 */
export async function migrateDatabase(address: string | DatabaseAddress): Promise<SchemaState> {
  const at = sessionsOf(typeof address === 'string' ? { connectionString: address } : address);
  const client = await openClient(at, 'farebox migrations', MIGRATION_DEADLINES);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const { state, journal } = await readSchema(client);
    assertSupported(state);
    if (journal.table.isEarlier && at.schema !== SCHEMA) throw unmoved();
    if (state.pending.length > 0) await inTransaction(client, () => runPending(client, at.schema, journal));
    return state;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How the schema is, without changing it. @throws {StartRefusedError} when it belongs to a newer release. */
export async function checkSchema(address: DatabaseAddress): Promise<SchemaState> {
  const client = await openClient(sessionsOf(address), 'farebox check');
  try {
    const state = await readSchemaState(client);
    assertSupported(state);
    return state;
  } finally {
    await client.end();
  }
}

/**
 * What a start does about the schema.
 * @returns how it was, or undefined where it was not looked at.
 * @throws {StartRefusedError} when it has to be migrated first, or belongs to a newer release.
 */
export async function prepareSchema(
  address: DatabaseAddress,
  mode: MigrateMode,
): Promise<SchemaState | undefined> {
  if (mode === 'never') return undefined;
  if (mode === 'startup') return migrateDatabase(address);
  const state = await checkSchema(address);
  const [first] = state.pending;
  if (first === undefined) return state;
  throw new StartRefusedError(
    `The database has ${state.pending.length} pending migrations, from ${first} on, and DATABASE_MIGRATE is check: run npx farebox migrate.`,
  );
}

/** Its tables would be taken from processes that look for them under the usual name. */
function unmoved(): StartRefusedError {
  return new StartRefusedError(
    'The database has the tables of an earlier release of Farebox, without a schema of their own. Migrate it once without DATABASE_SCHEMA: ' +
      'they move to the schema farebox. Then set DATABASE_SCHEMA, after "alter schema farebox rename to" that name if they are the ones to use.',
  );
}

async function runPending(client: pg.Client, schema: string, { table, last }: Journal): Promise<void> {
  // In a database of an earlier release names without a schema lead where its tables are, until a migration moves them.
  if (!table.isEarlier) await createSchema(client, schema, table.name);
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder })) {
    if (folderMillis <= last) continue;
    for (const statement of sql) await client.query(statement);
    await client.query(`insert into ${table.name} (hash, created_at) values ($1, $2)`, [hash, folderMillis]);
  }
}

/** The first migrations name no schema. */
async function createSchema(client: pg.Client, name: string, journal: string): Promise<void> {
  const schema = pg.escapeIdentifier(name);
  // "if not exists" would ask for the right to create schemas where somebody has created it for us.
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [name]);
  if (!rowCount) await client.query(`create schema ${schema}`);
  await client.query(`set local search_path = ${schema}`);
  await client.query(
    `create table if not exists ${journal} (id serial primary key, hash text not null, created_at bigint)`,
  );
}
