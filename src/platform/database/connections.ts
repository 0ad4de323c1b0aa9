import pg from 'pg';

/** Where PostgreSQL is, as connection strings. */
export interface DatabaseAddress {
  /** For queries and transactions: it may lead to a pooler in transaction mode where `sessions` is there. */
  connectionString: string;
  /** For what lasts longer than a transaction: locks, notifications, prepared statements. Absent: `connectionString`. */
  sessions?: string | undefined;
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
  connectionString: string,
  applicationName: string,
  { connect, answer }: Pick<Deadlines, 'connect' | 'answer'> = DEADLINES,
): pg.ClientConfig {
  return {
    connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: connect,
    query_timeout: answer,
    keepAlive: true,
  };
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
  connectionString: string,
  applicationName: string,
  deadlines: Deadlines = DEADLINES,
): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(connectionString, applicationName, deadlines));
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
