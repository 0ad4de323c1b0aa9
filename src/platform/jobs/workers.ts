import { Backoff } from './backoff.js';

/** A database that did not answer for a moment is back soon: nobody waits for the sweep for that. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export interface WorkersOptions {
  /** As many look for work at the same time, at most. */
  limit: number;
  /**
   * Takes one thing that is due, and does it.
   * @param found to be called once it is taken and before it is done: another worker looks for more meanwhile.
   * @returns false when nothing is due.
   */
  takeOne: (found: () => void) => Promise<boolean>;
  /** Runs when nothing was due any more: has somebody wake us when the next thing is. */
  rest: () => Promise<void>;
  /** Is told what `takeOne` or `rest` threw; that worker ends, and another one looks again a little later. */
  failed: (error: unknown) => void;
}

/**
 * Does what is due until nothing is, whenever it is woken. Nobody waits for another's slow work, and whoever wakes need
 * not wait at all: where work never ceases, it never ends. Mostly one thing is due, or nothing, so that one worker begins
 * and each that finds something calls another.
 */
export class Workers {
  private readonly running = new Set<Promise<void>>();
  private active = 0;
  /** Woken while all were busy: the last look of one of them may have been before. */
  private again = false;
  private stopped = false;
  private readonly backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  private retry: NodeJS.Timeout | undefined;

  constructor(private readonly options: WorkersOptions) {}

  /** Has somebody look for work; does not wait for it. */
  wake(): void {
    if (!this.another()) this.again = true;
  }

  /** Resolves when nobody is at work. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Nothing new is taken; resolves when what was taken is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.idle();
  }

  /** @returns false when as many as may are at work. */
  private another(): boolean {
    if (this.stopped) return true;
    if (this.active === this.options.limit) return false;
    this.active++;
    const worker = this.work().finally(() => this.running.delete(worker));
    this.running.add(worker);
    return true;
  }

  private async work(): Promise<void> {
    const { takeOne, rest } = this.options;
    try {
      do {
        this.again = false;
        // Where all are at work, whoever found something looks again when it is done.
        while (!this.stopped && (await takeOne(() => void this.another())));
      } while (this.again && !this.stopped);
      this.backoff.reset();
    } catch (error) {
      this.fail(error);
    }
    // In the same turn as the last look at `again`: whoever wakes from now on has a new look.
    this.active--;
    if (this.active > 0 || this.stopped) return;
    await rest().catch((error: unknown) => this.fail(error));
  }

  private fail(error: unknown): void {
    this.options.failed(error);
    if (this.stopped) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.wake(), this.backoff.next()).unref();
  }
}
