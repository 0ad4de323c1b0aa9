import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '../../../platform/jobs/backoff.js';

/** Result of a pass: no lines, all waiting lines, or as many as one pass takes. */
export type PassResult = 'nothing' | 'all' | 'part';

export interface ReaderLoopOptions {
  /** Processes some of the waiting lines, on the loop's connection. */
  pass: () => Promise<PassResult>;
  /**
   * A reader that has caught up waits this many milliseconds for more. Reading at once the lines of the last pass would
   * make passes of a few calls, each with a commit that competes with those the callers wait for.
   */
  lingerMs: number;
  /** Called with the first of consecutive failures. */
  failed: (error: unknown) => void;
  /** Aborts a pass whose result is no longer needed. */
  giveUp: () => void;
}

/** Lines that another process wrote are found by polling. */
const LOOK_MS = 1_000;
const STOP_DEADLINE_MS = 5_000;
const FLUSH_DEADLINE_MS = 3_000;

/** Runs a reader of the ledger: whenever there are new lines, and every second for those of other processes. */
export class ReaderLoop {
  private readonly backoff = new Backoff(1_000, 60_000);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private woken = false;
  private wakeUp: (() => void) | undefined;

  constructor(private readonly options: ReaderLoopOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** There are new lines. */
  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Lets the pass in progress end, but does not wait for one that hangs: the lines it took stay in the ledger. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp?.();
    const patience = new AbortController();
    const late = delay(STOP_DEADLINE_MS, 'late', { signal: patience.signal }).catch(() => undefined);
    if ((await Promise.race([this.running, late])) === 'late') this.options.giveUp();
    patience.abort();
  }

  /** Reads the lines of the last calls within the deadline; the rest waits for the next process. */
  async flush(): Promise<void> {
    const deadline = new AbortController();
    const all = (async () => {
      while (!deadline.signal.aborted && (await this.options.pass()) !== 'nothing');
    })().catch(() => undefined);
    await Promise.race([all, delay(FLUSH_DEADLINE_MS, undefined, { ref: false })]);
    deadline.abort();
    this.options.giveUp();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.woken = false;
      try {
        const found = await this.options.pass();
        this.backoff.reset();
        if (found !== 'part') await this.rest();
      } catch (error) {
        if (this.backoff.attempts === 0) this.options.failed(error);
        await delay(this.backoff.next(), undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Waits for new lines, or until it is time to poll for those of other processes. */
  private async rest(): Promise<void> {
    const { signal } = this.stopping;
    if (!this.woken) {
      const timer = new AbortController();
      await Promise.race([
        new Promise<void>((resolve) => (this.wakeUp = resolve)),
        delay(LOOK_MS, undefined, { signal: AbortSignal.any([signal, timer.signal]), ref: false }).catch(
          () => undefined,
        ),
      ]);
      timer.abort();
      this.wakeUp = undefined;
    }
    if (this.woken)
      await delay(this.options.lingerMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
