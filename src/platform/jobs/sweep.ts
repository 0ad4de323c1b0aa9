import { Injectable } from '@nestjs/common';
import { DatabaseStartup } from '../database/database-startup.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { inSpan } from '../tracing/in-span.js';
import type { JobHandler } from './jobs.js';

const INTERVAL_MS = 60_000;

/**
 * Finds what a crash left: runs every registered search when the database opens, and once a minute from then on.
 * Any number of processes may sweep at once, as the work is claimed under locks.
 */
@Injectable()
export class Sweep {
  private readonly searches = new Map<string, JobHandler>();
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(startup: DatabaseStartup, shutdown: Shutdown, log: Log) {
    this.log = log.named('sweep');
    startup.onOpen(async () => this.schedule(0));
    shutdown.beforeDrain(async () => {
      this.stopped = true;
      clearTimeout(this.timer);
      await this.current;
    });
  }

  /** Must be called while modules are initialised. */
  register(name: string, search: JobHandler): void {
    this.searches.set(name, search);
  }

  /** Runs every search once; used by the timer, and by tests. */
  async runOnce(): Promise<void> {
    for (const [name, search] of this.searches) {
      if (this.stopped) return;
      try {
        await inSpan(`sweep ${name}`, search);
      } catch (error) {
        this.log.warn('A search of the sweep failed; the next one is in a minute.', { search: name }, error);
      }
    }
  }

  private schedule(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.current = this.runOnce().finally(() => this.schedule(INTERVAL_MS));
    }, ms);
    this.timer.unref();
  }
}
