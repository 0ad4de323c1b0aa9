import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '../../../platform/jobs/backoff.js';

/** What a pass found: nothing, all of what waited, or as much as it takes at once. */
export type PassResult = 'nothing' | 'all' | 'part';

export interface ReaderLoopOptions {
  /** Does some of what waits, on the loop's connection. */
  pass: () => Promise<PassResult>;
  /**
   * Whoever has caught up waits so many milliseconds for more. Reading at once what came during the last pass would make
   * passes of a few calls, each with a commit of its own beside those that the callers wait for.
   */
  lingerMs: number;
  /** Is told of the first failure of a row of them. */
  failed: (error: unknown) => void;
  /** Ends a pass that nobody waits for any more. */
  giveUp: () => void;
}

/** Lines that another process wrote are found by looking. */
const LOOK_MS = 1_000;
const STOP_DEADLINE_MS = 5_000;
const FLUSH_DEADLINE_MS = 3_000;

/** Runs a reader of the ledger: whenever there is news, and every second for what other processes wrote. */
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

  /** There is news. */
  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Lets the pass that is under way end, but does not wait for one that hangs: what it took stays in the ledger. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp?.();
    const patience = new AbortController();
    const late = delay(STOP_DEADLINE_MS, 'late', { signal: patience.signal }).catch(() => undefined);
    if ((await Promise.race([this.running, late])) === 'late') this.options.giveUp();
    patience.abort();
  }

  /** Reads what the last calls left, for as long as the deadline allows; the rest waits for the next process. */
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

  /** Until there is news, or it is time to look for other processes' lines. */
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
