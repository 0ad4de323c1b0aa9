import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  abandon,
  clientConfig,
  type Connecting,
  type DatabaseAddress,
  queriesOf,
  sessionsOf,
} from './connections.js';
import { StartRefusedError } from './start-refused.error.js';

/** 14 has had no fixes since November 2026. */
const OLDEST_MAJOR = 15;
const HEARD_MS = 5_000;
const CHANNEL = 'farebox_session_proof';

/**
 * Whether this server, reached in this way, can be used: its version and encoding, and that a connection is a session of
 * its own, which behind a pooler it may not be. It changes nothing and leaves nothing behind in a pooler's connections.
 * @returns the server's version, such as `18.4`.
 * @throws {StartRefusedError} saying what to change; what the driver throws when it cannot be reached.
 */
export async function checkServer(address: DatabaseAddress): Promise<string> {
  return withClient(sessionsOf(address), async (session) =>
    withClient(queriesOf(address), async (query) => {
      const version = await checkVersion(session);
      await proveSessions(session, query, address.sessions !== undefined);
      return version;
    }),
  );
}

async function checkVersion(client: pg.Client): Promise<string> {
  const [server] = await rowsOf<{ number: string; encoding: string }>(
    client,
    `select current_setting('server_version_num') as number, current_setting('server_encoding') as encoding`,
  );
  return usableVersion(Number(server?.number), server?.encoding ?? '');
}

/**
 * @param number `server_version_num`: 180004 is 18.4.
 * @throws {StartRefusedError}
 */
export function usableVersion(number: number, encoding: string): string {
  const [major, minor] = [Math.trunc(number / 10_000), number % 10_000];
  if (major < OLDEST_MAJOR)
    throw new StartRefusedError(
      `This is PostgreSQL ${major}.${minor}; Farebox needs ${OLDEST_MAJOR} or newer. Upgrade the server, or set DATABASE_URL to another one.`,
    );
  if (encoding !== 'UTF8')
    throw new StartRefusedError(
      `The database has the encoding ${encoding}; Farebox needs UTF8. Create another one: createdb --encoding=UTF8 --template=template0 NAME`,
    );
  return `${major}.${minor}`;
}

/**
 * A pooler in transaction mode gives the connection that one of the two has just used to the other, and a notification
 * is lost. A connection to the server itself, or in session mode, keeps its session.
 */
async function proveSessions(session: pg.Client, query: pg.Client, apart: boolean): Promise<void> {
  const own = await backendOf(session);
  await begin(query, apart);
  const others = [await backendOf(query), await backendOf(session)];
  if (others[0] === own || others[1] !== own) throw noSessions(apart);
  const word = randomUUID();
  const heard = new Promise<boolean>((done) => {
    const timer = setTimeout(() => done(false), HEARD_MS);
    session.on('notification', ({ payload }) => {
      if (payload !== word) return;
      clearTimeout(timer);
      done(true);
    });
  });
  await session.query(`listen ${CHANNEL}`);
  await query.query('select pg_notify($1, $2)', [CHANNEL, word]);
  await query.query('commit');
  if (await heard) return;
  if (!apart) throw noSessions(apart);
  throw new StartRefusedError(
    'DATABASE_LISTEN_URL must lead to the same database as DATABASE_URL: a notification sent by one was not heard by the other.',
  );
}

async function begin(client: pg.Client, apart: boolean): Promise<void> {
  try {
    await client.query('begin');
  } catch (error) {
    if (!/statement pooling/.test((error as Error).message)) throw error;
    if (!apart) throw noSessions(apart);
    throw new StartRefusedError(
      'DATABASE_URL leads to a pooler in statement mode, which has no transactions. Set its pool_mode to transaction or session.',
    );
  }
}

function noSessions(apart: boolean): StartRefusedError {
  return new StartRefusedError(
    apart
      ? 'DATABASE_LISTEN_URL leads to a pooler without sessions. Set it to the address of PostgreSQL itself, or of a pooler in session mode.'
      : 'DATABASE_URL leads to a pooler without sessions (PgBouncer: pool_mode = transaction or statement), where locks are lost and revoked tokens go on working. ' +
          'Set the pooler to session mode, or set DATABASE_LISTEN_URL to the address of PostgreSQL itself.',
  );
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  const [row] = await rowsOf<{ pid: number }>(client, 'select pg_backend_pid() as pid');
  return row?.pid;
}

async function rowsOf<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row[]> {
  return (await client.query<Row>(text)).rows;
}

async function withClient<T>({ config }: Connecting, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(clientConfig(config, 'farebox check'));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await work(client);
    await client.end();
    return result;
  } catch (error) {
    abandon(client);
    throw error;
  }
}
