import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DatabaseStartup } from '../database/database-startup.js';
import { type Place, Role } from '../lifecycle/role.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { inSpan } from '../tracing/in-span.js';

/** Finds due work in its module's tables, and does it or has it done. */
export type Search = () => Promise<void>;

const INTERVAL_MS = 60_000;
/** Between two first runs: all of them at once would open most of the connections that the pools may have. */
const STAGGER_MS = 50;

/**
 * Finds work that a crash left: runs every registered search when the database is open and the ledger takes calls, and
 * again a minute after it has ended. Searches run independently: one that hangs delays no other. Any number of
 * processes may sweep at once, as the work is claimed under locks.
 */
@Injectable()
export class Sweep implements OnModuleInit {
  private readonly searches = new Map<string, { search: Search; place: Place }>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly current = new Map<string, Promise<void>>();
  private readonly log: Log;
  private stopped = false;

  constructor(
    private readonly startup: DatabaseStartup,
    private readonly shutdown: Shutdown,
    private readonly role: Role,
    log: Log,
  ) {
    this.log = log.named('sweep');
  }

  onModuleInit(): void {
    this.startup.onReady(async () => {
      const mine = [...this.searches].filter(([, { place }]) => this.role.runs(place));
      mine.forEach(([name], index) => this.schedule(name, index * STAGGER_MS));
    });
    this.shutdown.beforeDrain(() => this.stop());
  }

  /**
   * Must be called while modules are initialised.
   * @param place `everywhere` for work that each process does for itself, such as reading back its own spool.
   */
  register(name: string, search: Search, place: Place = 'worker'): void {
    this.searches.set(name, { search, place });
  }

  /** Runs every search once, one after the other, for a caller with a clock of its own: the billing time machine. */
  async runOnce(): Promise<void> {
    for (const name of this.searches.keys()) await this.run(name);
  }

  private async run(name: string): Promise<void> {
    const found = this.searches.get(name);
    if (!found || this.stopped) return;
    try {
      await inSpan(`sweep ${name}`, found.search);
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
