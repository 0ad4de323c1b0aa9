import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { type Place, Role } from '../lifecycle/role.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { checkServer } from './check-server.js';
import type { DatabaseAddress } from './connections.js';
import { Database } from './database.js';
import { isDatabaseUnavailable } from './database-errors.js';
import { describeDatabaseProblem } from './database-problem.js';
import { DatabaseSource } from './database-source.js';
import { prepareSchema } from './migrate.js';
import type { SchemaState } from './schema-version.js';
import { StartRefusedError } from './start-refused.error.js';

/** How long the start of the application waits for the database before it goes on without. */
const PATIENCE_MS = 4_000;
const RETRY_MS = 1_000;
const COMMAND_CONNECTIONS = 2;

/**
 * Finds (or starts) PostgreSQL, migrates it and opens `Database`, and retries until it succeeds: the application starts
 * without its database too, answers 503, and becomes ready when the database is available. An error that no retry can
 * fix, such as a wrong password, ends the process.
 */
@Injectable()
export class DatabaseStartup implements OnApplicationBootstrap {
  private readonly whenOpen: (() => Promise<void>)[] = [];
  private readonly whenReady: (() => Promise<void>)[] = [];
  private readonly log: Log;
  private stopped = false;
  private address: DatabaseAddress | undefined;
  private lastProblem = '';

  constructor(
    private readonly database: Database,
    private readonly source: DatabaseSource,
    private readonly settings: Settings,
    private readonly shutdown: Shutdown,
    private readonly role: Role,
    log: Log,
  ) {
    this.log = log.named('database');
  }

  /** Runs `start` once the database is open: for work that needs it. */
  onOpen(start: () => Promise<void>, place: Place = 'everywhere'): void {
    if (this.role.runs(place)) this.whenOpen.push(start);
  }

  /** Runs `start` once all that is done: for work that calls other parts, which must be ready by then. */
  onReady(start: () => Promise<void>): void {
    this.whenReady.push(start);
  }

  async onApplicationBootstrap(): Promise<void> {
    // A command opens it when it is needed.
    if (this.role.name === 'cli') return;
    this.shutdown.beforeDrain(async () => {
      this.stopped = true;
    });
    const opening = this.openWhenPossible();
    await Promise.race([opening, delay(PATIENCE_MS, undefined, { ref: false })]);
    // A later refusal is not caught, and ends the process.
    void opening.then(() => undefined);
  }

  private async openWhenPossible(): Promise<void> {
    while (!this.stopped) {
      try {
        const schema = await this.open(this.settings.get('DATABASE_POOL_SIZE'));
        if (this.stopped) return;
        if (schema?.isNewer)
          this.log.warn('The schema belongs to a newer release, which this one is compatible with.');
        for (const start of [...this.whenOpen, ...this.whenReady]) await start();
        this.log.info(
          schema
            ? 'The database is open and its schema is up to date.'
            : 'The database is open. DATABASE_MIGRATE is never: its schema is not looked at.',
        );
        return;
      } catch (error) {
        if (error instanceof StartRefusedError) throw error;
        const problem = describeDatabaseProblem(error);
        if (problem?.permanent) throw new StartRefusedError(problem.message, { cause: error });
        this.report(error, problem?.message);
        // Not unref'd: until the server listens, nothing else may keep the process alive.
        await delay(RETRY_MS);
      }
    }
  }

  /** Opens the database, once and at once: for a command. */
  async openForCommand(): Promise<void> {
    await this.open(COMMAND_CONNECTIONS);
  }

  private async open(poolSize: number): Promise<SchemaState | undefined> {
    // Kept: each use of the embedded one holds a connection to its supervisor, and a repeated try must not add another.
    const address = (this.address ??= await this.source.address());
    await checkServer(address);
    const schema = await prepareSchema(address, this.source.migrate);
    if (!this.stopped) this.database.open({ ...address, poolSize });
    return schema;
  }

  /** Logs a problem once, not every second. */
  private report(error: unknown, reason = 'The database cannot be reached.'): void {
    const problem = error instanceof Error ? error.message : 'unknown';
    if (problem === this.lastProblem) return;
    this.lastProblem = problem;
    const advice = isDatabaseUnavailable(error)
      ? `${reason} Check that PostgreSQL runs at the address in DATABASE_URL; until then every route that needs it answers 503. Trying again every second.`
      : 'The database cannot be opened or migrated. The error below says why; trying again every second.';
    this.log.error(
      advice,
      { setting: this.settings.get('DATABASE_URL') ? 'DATABASE_URL' : 'FAREBOX_HOME' },
      error,
    );
  }
}
