import { resolve } from 'node:path';
import type pg from 'pg';
import type { Settings } from '../config/settings.js';
import { ensureEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import type { DatabaseAddress } from './connections.js';

/** The `pg.Pool` of an application around us, if it hands one in. */
export const HOST_POOL = Symbol('farebox.pool');

/** What happens to pending migrations at start: they run, they refuse the start, or the schema is not looked at. */
export type MigrateMode = 'startup' | 'check' | 'never';

/** Where the database is, and how it is prepared. */
export abstract class DatabaseSource {
  abstract readonly migrate: MigrateMode;

  /** Starts an embedded one; each call holds a connection to its supervisor. */
  abstract address(): Promise<DatabaseAddress>;
}

/** As the settings say, and with a pool of the application around us. */
export class SettingsDatabaseSource extends DatabaseSource {
  constructor(
    private readonly settings: Settings,
    private readonly pool?: pg.Pool,
  ) {
    super();
  }

  get migrate(): MigrateMode {
    return this.settings.get('DATABASE_MIGRATE');
  }

  async address(): Promise<DatabaseAddress> {
    const { settings, pool } = this;
    const schema = settings.get('DATABASE_SCHEMA');
    const sessions = settings.get('DATABASE_LISTEN_URL');
    const connectionString = settings.get('DATABASE_URL');
    if (pool !== undefined) return { pool, sessions: sessions ?? connectionString, schema };
    if (connectionString !== undefined) return { connectionString, sessions, schema };
    const embedded = await ensureEmbeddedPostgres({ home: resolve(settings.get('FAREBOX_HOME')) });
    return { connectionString: embedded.connectionString, schema };
  }
}
