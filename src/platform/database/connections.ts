import pg from 'pg';
import { inSchema, SCHEMA } from './schema.js';

/** Where PostgreSQL is: `connectionString` or `pool`. */
export interface DatabaseAddress {
  /** For queries and transactions: it may lead to a pooler in transaction mode where `sessions` is there. */
  connectionString?: string | undefined;
  /** A pool of the application around us, in place of an address of our own: for queries and transactions. */
  pool?: pg.Pool | undefined;
  /** For what lasts longer than a transaction: locks, notifications, prepared statements. Absent: as for queries. */
  sessions?: string | undefined;
  /** The PostgreSQL schema of our tables. */
  schema?: string | undefined;
}

/** How a connection is opened. */
export interface Connecting {
  config: pg.ClientConfig;
  schema: string;
}

export function queriesOf({ connectionString, pool, schema = SCHEMA }: DatabaseAddress): Connecting {
  return { config: pool ? configOf(pool) : { connectionString }, schema };
}

export function sessionsOf(address: DatabaseAddress): Connecting {
  const queries = queriesOf(address);
  return address.sessions === undefined
    ? queries
    : { ...queries, config: { connectionString: address.sessions } };
}

/** What leads to the server, without what a pool does with its connections. */
function configOf({ options }: pg.Pool): pg.ClientConfig {
  const { onConnect: _, Client: __, types: ___, ...config } = options as pg.PoolConfig;
  // Not enumerable there, so that it is not logged.
  return { ...config, password: options.password };
}

/**
 * In milliseconds, so that a half-open connection cannot hold a request: connecting, the answer to a query (as the
 * client counts), and the query itself (as the server counts).
 */
export interface Deadlines {
  connect: number;
  answer: number;
  statement: number;
}

export const DEADLINES: Deadlines = { connect: 3_000, answer: 20_000, statement: 15_000 };
const IDLE_IN_TRANSACTION_MS = 60_000;

export function clientConfig(
  config: pg.ClientConfig,
  applicationName: string,
  { connect, answer }: Pick<Deadlines, 'connect' | 'answer'> = DEADLINES,
): pg.ClientConfig {
  return {
    ...config,
    application_name: applicationName,
    connectionTimeoutMillis: connect,
    query_timeout: answer,
    keepAlive: true,
  };
}

type Statement = string | { text: string };

function statementIn(statement: Statement, schema: string): Statement {
  return typeof statement === 'string'
    ? inSchema(statement, schema)
    : { ...statement, text: inSchema(statement.text, schema) };
}

/** The driver's client, whose statements are about that schema. */
export function clientOf(schema: string): typeof pg.Client {
  if (schema === SCHEMA) return pg.Client;
  return class extends pg.Client {
    override query(statement: never, ...rest: never[]): never {
      return super.query(statementIn(statement, schema) as never, ...rest) as never;
    }
  };
}

/**
 * A pool of the application around us, as we use it: with our schema, and never ended. Its own methods run on itself: they
 * replace its lists of connections.
 */
export function guestOf(pool: pg.Pool, schema: string): pg.Pool {
  const isUsual = schema === SCHEMA;
  const querying = <T extends { query: unknown }>(on: T): PropertyDescriptor => ({
    value: (statement: Statement, ...rest: unknown[]) =>
      (on.query as (...all: unknown[]) => unknown).call(
        on,
        isUsual ? statement : statementIn(statement, schema),
        ...rest,
      ),
  });
  return Object.create(pool, {
    end: { value: async () => undefined },
    query: querying(pool),
    connect: {
      value: async () => {
        const client = await pool.connect();
        return isUsual ? client : (Object.create(client, { query: querying(client) }) as pg.PoolClient);
      },
    },
  }) as pg.Pool;
}

/** Sets the server's deadlines of a session. Poolers refuse them as parameters of the start of a connection. */
export async function limitStatements(
  client: pg.ClientBase,
  statementMs = DEADLINES.statement,
): Promise<void> {
  await client.query(
    `set statement_timeout = ${statementMs}; set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
  );
}

/** A connection with a session of its own. The caller must end it. @throws what the driver throws. */
export async function openClient(
  { config, schema }: Connecting,
  applicationName: string,
  deadlines: Deadlines = DEADLINES,
): Promise<pg.Client> {
  const client = new (clientOf(schema))(clientConfig(config, applicationName, deadlines));
  // Its query reports a broken connection; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await limitStatements(client, deadlines.statement);
    return client;
  } catch (error) {
    abandon(client);
    throw error;
  }
}

/** Drops a connection whose answer is no longer needed, without a closing message that may never arrive. */
export function abandon(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  stream.destroy();
}
