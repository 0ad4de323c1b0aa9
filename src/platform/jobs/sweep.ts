import { Injectable } from '@nestjs/common';
import { DatabaseStartup } from '../database/database-startup.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { inSpan } from '../tracing/in-span.js';

/** Looks into its module's tables for what is to be done, and does it or has it done. */
export type Search = () => Promise<void>;

const INTERVAL_MS = 60_000;
/** Between two first runs: all of them at once would open most of the connections that the pools may have. */
const STAGGER_MS = 50;

/**
 * Finds what a crash left: runs every registered search when the database is open and the ledger takes calls, and again a
 * minute after it has ended. Searches run independently: one that hangs delays no other. Any number of processes may sweep
 * at once, as the work is claimed under locks.
 */
@Injectable()
export class Sweep {
  private readonly searches = new Map<string, Search>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly current = new Map<string, Promise<void>>();
  private readonly log: Log;
  private stopped = false;

  constructor(startup: DatabaseStartup, shutdown: Shutdown, log: Log) {
    this.log = log.named('sweep');
    startup.onReady(async () => {
      [...this.searches.keys()].forEach((name, index) => this.schedule(name, index * STAGGER_MS));
    });
    shutdown.beforeDrain(() => this.stop());
  }

  /** Must be called while modules are initialised. */
  register(name: string, search: Search): void {
    this.searches.set(name, search);
  }

  /** Runs every search once, one after the other, for whoever keeps the time itself: the billing time machine. */
  async runOnce(): Promise<void> {
    for (const name of this.searches.keys()) await this.run(name);
  }

  private async run(name: string): Promise<void> {
    const search = this.searches.get(name);
    if (!search || this.stopped) return;
    try {
      await inSpan(`sweep ${name}`, search);
    } catch (error) {
      this.log.warn('A search of the sweep failed; the next one is in a minute.', { search: name }, error);
    }
  }

  private schedule(name: string, ms: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.current.set(
        name,
        this.run(name).finally(() => this.schedule(name, INTERVAL_MS)),
      );
    }, ms);
    timer.unref();
    this.timers.set(name, timer);
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.current.values());
  }
}
