import type pg from 'pg';
import { abandon, type Database } from '../../../platform/database/database.js';
import { isDatabaseUnavailable } from '../../../platform/database/database-errors.js';

/** Longer than any commit takes in normal operation; a connection that is silent for this long is considered dead. */
const DEADLINE_MS = 2_000;

/** The one connection on which this process commits calls. */
export class LedgerConnection {
  private client: pg.Client | undefined;

  constructor(
    private readonly database: Database,
    private readonly name: string,
  ) {}

  /**
   * Runs `work` on the connection, and opens it first if needed. After any error except a refusal of the data, the
   * connection is dropped: whether the statements took effect is unknown.
   */
  async use<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = (this.client ??= await this.database.connect(this.name, DEADLINE_MS));
    try {
      return await work(client);
    } catch (error) {
      if (isDatabaseUnavailable(error) || !isServerAnswer(error)) this.drop();
      throw error;
    }
  }

  drop(): void {
    if (this.client) abandon(this.client);
    this.client = undefined;
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }
}

/** The server reported an error: the connection works. */
function isServerAnswer(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && severity === 'ERROR';
}
