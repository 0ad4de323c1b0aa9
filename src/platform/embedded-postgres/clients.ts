import { Client } from 'pg';
import { EMBEDDED_POSTGRES_USER } from './places.js';

/** The name of a connection whose owner leaves, and the channel on which it says so. */
export const LEAVING = 'farebox_leaving';
/** The name of the supervisor's own connection. */
export const SUPERVISOR = 'farebox-supervisor';

/** pg has two methods that its types do not know: whether the connection keeps the process running. */
export type EmbeddedClient = Client & { ref(): void; unref(): void };

export function clientOf(port: number, password: string, name: string): EmbeddedClient {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: EMBEDDED_POSTGRES_USER,
    password,
    database: 'postgres',
    application_name: name,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  return client as EmbeddedClient;
}

/** The name of a connection that says that the cluster is in use. */
export const LEASE = 'farebox-lease';

/** Counts the connections to PostgreSQL, except this one, the supervisor's and those of clients that leave. */
export async function countClients(client: Client): Promise<{ clients: number; leases: number }> {
  const { rows } = await client.query<{ clients: number; leases: number }>(
    `select count(*)::int as clients, (count(*) filter (where application_name = $2))::int as leases
     from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> all ($1)`,
    [[LEAVING, SUPERVISOR], LEASE],
  );
  return rows[0] ?? { clients: 0, leases: 0 };
}
