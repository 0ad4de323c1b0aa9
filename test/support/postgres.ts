import { randomBytes } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import {
  ensureEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';

import { startStatementRecorder, type StatementRecorder } from './statement-recorder.js';

export interface TestDatabase {
  /** `postgresql://…`, ready for DATABASE_URL. */
  url: string;
  /** Removes the database, also under the feet of those still connected. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /**
   * Start from a copy instead of an empty database: it is prepared once a test run under this name, by whoever asks
   * first, and copying it takes some 20 ms. `prepare` must close its connections.
   */
  template?: { name: string; prepare(url: string): Promise<void> };
}

let cluster: Promise<EmbeddedPostgres> | undefined;
/** `npm run record:statements` names the folder. */
const recordings = process.env['FAREBOX_RECORD_STATEMENTS'];
let recorder: Promise<StatementRecorder> | undefined;

afterAll(async () => {
  if (recordings) (await recorder)?.finish(recordings);
  recorder = undefined;
  (await cluster?.catch(() => undefined))?.release();
  cluster = undefined;
});

/**
 * A database of one's own in the cluster of this test run. The cluster starts when the first test file asks for it, in a
 * temp folder, without fsync, and is gone after the run.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const admin = await adminUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = options.template && (await ensureTemplate(admin, options.template));
  await query(
    admin,
    `create database ${escapeIdentifier(name)}` +
      (template === undefined ? '' : ` template ${escapeIdentifier(template)}`),
  );
  // Its user has the name of our schema: by default, names without a schema would lead there, also those of the product.
  await query(admin, `alter database ${escapeIdentifier(name)} set search_path = public`);
  return {
    url: await recorded(inDatabase(admin, name)),
    drop: () => query(admin, `drop database if exists ${escapeIdentifier(name)} with (force)`),
  };
}

/** For the clients of a test: names without a schema lead to our tables. Never for the product, which names the schema. */
export function withTables(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', '-c search_path=farebox');
  return changed.href;
}

async function adminUrl(): Promise<string> {
  const home = process.env['FAREBOX_TEST_POSTGRES_HOME'];
  if (!home) throw new Error('run the tests through jest: its globalSetup chooses the folder of PostgreSQL');
  cluster ??= ensureEmbeddedPostgres({
    home,
    durable: false,
    removeWhenStopped: true,
    idleSeconds: 20,
  });
  return inDatabase((await cluster).connectionString, 'postgres');
}

async function recorded(url: string): Promise<string> {
  if (!recordings) return url;
  const changed = new URL(url);
  recorder ??= startStatementRecorder({ host: changed.hostname, port: Number(changed.port) });
  changed.port = String((await recorder).port);
  return changed.href;
}

async function ensureTemplate(
  admin: string,
  template: NonNullable<TestDatabaseOptions['template']>,
): Promise<string> {
  const name = `template_${template.name}`;
  const client = new Client(admin);
  await client.connect();
  try {
    // The lock is the session's: it ends with the connection, whatever happens to this process.
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const found = await client.query<{ datistemplate: boolean }>(
      'select datistemplate from pg_database where datname = $1',
      [name],
    );
    if (found.rows[0]?.datistemplate) return name;
    // Not marked as finished: its maker was killed on the way.
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
    await client.query(`create database ${escapeIdentifier(name)}`);
    await template.prepare(inDatabase(admin, name));
    await waitForNobodyIn(client, name);
    await client.query(
      `alter database ${escapeIdentifier(name)} with is_template true allow_connections false`,
    );
    return name;
  } finally {
    await client.end();
  }
}

/** A closed connection takes a moment to vanish on the server, and would make copying fail. */
async function waitForNobodyIn(client: Client, database: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { rowCount } = await client.query('select 1 from pg_stat_activity where datname = $1 limit 1', [
      database,
    ]);
    if (rowCount === 0) return;
    await client.query('select pg_sleep(0.02)');
  }
  throw new Error(`prepare() left a connection open to the template ${escapeLiteral(database)}`);
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
