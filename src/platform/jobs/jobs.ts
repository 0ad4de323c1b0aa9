import { Injectable } from '@nestjs/common';
import { sql as raw, type SQL } from 'drizzle-orm';
import { Logger as WorkerLogger, run, type Runner } from 'graphile-worker';
import { beforeCommit } from '../database/before-commit.js';
import { Database, type Sql } from '../database/database.js';
import { DatabaseStartup } from '../database/database-startup.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { inSpan } from '../tracing/in-span.js';
import { Backoff } from './backoff.js';

/** What a job does when woken: look into its own tables for work, and do it. It is given nothing, so it may run any number of times. */
export type JobHandler = () => Promise<void>;

const RESTART_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/**
 * Jobs wake work; they do not hold it. What is to be done stands in a module's own tables, claimed under locks that
 * die with their connection: a job of a killed process stays locked for hours, and nothing may wait for it.
 */
@Injectable()
export class Jobs {
  private readonly handlers = new Map<string, JobHandler>();
  private readonly retries = new Map<string, { backoff: Backoff; timer?: NodeJS.Timeout }>();
  private readonly log: Log;
  private runner: Runner | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    startup: DatabaseStartup,
    shutdown: Shutdown,
    log: Log,
  ) {
    this.log = log.named('jobs');
    startup.onOpen(() => this.start());
    shutdown.beforeDrain(() => this.stop());
  }

  /** Must be called while modules are initialised. */
  register(name: string, handler: JobHandler): void {
    this.handlers.set(name, handler);
  }

  /** Wakes a job when the transaction of `sql` commits; several wakes before it runs are one. */
  static async wake(sql: Sql, name: string): Promise<void> {
    const key = `${name}:now`;
    await beforeCommit(sql, key, (last) =>
      added(last, raw`graphile_worker.add_job(${name}, job_key := ${key}, max_attempts := 1)`),
    );
  }

  /** Wakes a job at a later time, besides any earlier wake. */
  static async wakeAt(sql: Sql, name: string, at: Date): Promise<void> {
    const key = `${name}:later`;
    await beforeCommit(sql, key, (last) =>
      added(
        last,
        raw`graphile_worker.add_job(${name}, job_key := ${key}, run_at := ${at.toISOString()}::timestamptz, max_attempts := 1)`,
      ),
    );
  }

  private async start(): Promise<void> {
    this.runner = await run({
      pgPool: this.database.jobs,
      concurrency: 4,
      pollInterval: 2_000,
      noHandleSignals: true,
      logger: new WorkerLogger(() => (level, message) => {
        if (level === 'error') this.log.error(message);
        else if (level === 'warning') this.log.warn(message);
        else this.log.debug(message);
      }),
      taskList: Object.fromEntries(
        [...this.handlers].map(([name, handler]) => [name, () => this.perform(name, handler)]),
      ),
    });
    this.runner.promise.catch(() => undefined).finally(() => this.startAgain());
  }

  /** The runner gives up when it loses its connection at a bad moment. Nothing is lost by that; wakes are late meanwhile. */
  private startAgain(): void {
    if (this.stopped) return;
    this.log.warn('The job runner stopped and is started again.');
    setTimeout(() => {
      if (this.stopped) return;
      this.start().catch(() => this.startAgain());
    }, RESTART_MS).unref();
  }

  private async perform(name: string, handler: JobHandler): Promise<void> {
    try {
      await inSpan(`job ${name}`, handler);
      this.retries.get(name)?.backoff.reset();
    } catch (error) {
      this.log.warn(
        'A job failed; what it left is taken up by the next wake or the sweep.',
        { job: name },
        error,
      );
      this.wakeAgain(name, handler);
    }
  }

  /** From here: the database, which holds the wakes, may be what failed. */
  private wakeAgain(name: string, handler: JobHandler): void {
    if (this.stopped) return;
    const retry = this.retries.get(name) ?? { backoff: new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS) };
    clearTimeout(retry.timer);
    retry.timer = setTimeout(() => void this.perform(name, handler), retry.backoff.next()).unref();
    this.retries.set(name, retry);
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    for (const { timer } of this.retries.values()) clearTimeout(timer);
    await this.runner?.stop().catch(() => undefined);
  }
}

/**
 * Adds the job, again where it was not. `add_job` frees the key of a job that runs, then inserts, and does nothing where
 * the key's job began to run between the two. That run may have looked for work before ours was to be seen.
 */
async function added(sql: Sql, job: SQL): Promise<void> {
  for (;;) {
    const { rows } = await sql.execute(raw`select id from ${job}`);
    if (rows[0]?.['id']) return;
  }
}
