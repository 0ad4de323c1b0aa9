import { Backoff } from './backoff.js';

/** A database that did not answer for a moment is back soon: no need to wait for the sweep. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** Due rows that were not taken are locked by another worker, which may die. */
const LOOK_AGAIN_MS = 1_000;
/** The interval of the sweep. */
const LONGEST_TIMER_MS = 60_000;

export interface WorkQueueOptions {
  /** The name by which it is woken: see `WorkQueues.wake`. Processes of other releases use the same name. */
  name: string;
  /** At most this many workers take work at the same time, in this process. */
  atOnce: number;
  /**
   * Claims one row that is due, in a table of the module, and does its work.
   * @param found to be called once it is claimed and before it is done: another worker searches for more meanwhile.
   * @returns false when nothing is due.
   */
  takeOne: (found: () => void) => Promise<boolean>;
  /** When the next row is due, UTC; in the past where one is due that could not be claimed. Undefined: no row is pending. */
  nextAt: () => Promise<Date | undefined>;
  /** Receives what `takeOne` or `nextAt` threw; the queue searches again after a backoff. */
  failed: (error: unknown) => void;
}

/**
 * Whenever it is woken, does all work that is due, and sets a timer for the next. The queue itself is a module's table,
 * claimed under locks that end with their connection, so a killed process blocks nothing. One slow row delays no other
 * while fewer than `atOnce` workers are busy. Mostly one row is due, or none: one worker begins, and each that finds a
 * row starts another.
 */
export class WorkQueue {
  private readonly running = new Set<Promise<void>>();
  private active = 0;
  /** Woken while all workers were busy: the last search of one of them may have been before. */
  private again = false;
  private stopped = false;
  private readonly backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  private timer: NodeJS.Timeout | undefined;

  /** @param now the current time, in milliseconds since the epoch. */
  constructor(
    private readonly options: WorkQueueOptions,
    private readonly now: () => number,
  ) {}

  /** Has a worker search for work; does not wait for it. */
  wake(): void {
    if (!this.another()) this.again = true;
  }

  get busy(): boolean {
    return this.running.size > 0;
  }

  /** Resolves when no worker is busy. */
  async idle(): Promise<void> {
    while (this.busy) await Promise.all(this.running);
  }

  /** Nothing new is claimed; resolves when what was claimed is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.idle();
  }

  /** @returns false when all workers are busy. */
  private another(): boolean {
    if (this.stopped) return true;
    if (this.active === this.options.atOnce) return false;
    this.active++;
    const worker = this.work().finally(() => this.running.delete(worker));
    this.running.add(worker);
    return true;
  }

  private async work(): Promise<void> {
    const { takeOne } = this.options;
    try {
      do {
        this.again = false;
        // Where all are busy, a worker that found a row searches again when it is done.
        while (!this.stopped && (await takeOne(() => void this.another())));
      } while (this.again && !this.stopped);
      this.backoff.reset();
    } catch (error) {
      this.fail(error);
    }
    // In the same tick as the last check of `again`: a wake from now on starts a new search.
    this.active--;
    if (this.active > 0 || this.stopped) return;
    await this.waitForNext().catch((error: unknown) => this.fail(error));
  }

  private async waitForNext(): Promise<void> {
    const next = await this.options.nextAt();
    // After a failure its backoff applies.
    if (!next || this.backoff.attempts > 0) return;
    const wait = next.getTime() - this.now();
    this.wakeIn(wait > 0 ? Math.min(wait, LONGEST_TIMER_MS) : LOOK_AGAIN_MS);
  }

  private fail(error: unknown): void {
    this.options.failed(error);
    this.wakeIn(this.backoff.next());
  }

  /** Searches again after that time; tests that move a clock have queues that never do. */
  protected wakeIn(ms: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => this.wake(), ms).unref();
  }
}
