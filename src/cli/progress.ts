import type { OutputOptions } from './output.js';

const BACK_TO_START = '\r\u001B[K';
/** A terminal shows no more updates anyway. */
const EVERY_MS = 100;

/** Where progress is shown: standard error, by default. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/**
 * One line at the terminal with the progress of a long command, removed when it ends. It is for a waiting person: with
 * `--json`, or when standard error goes into a file, nothing is written.
 */
export class Progress {
  private readonly shown: boolean;
  private nextAt = 0;
  private written = false;

  constructor(
    { json }: OutputOptions,
    private readonly stream: ProgressStream = process.stderr,
  ) {
    this.shown = stream.isTTY === true && json !== true;
  }

  /** Replaces the line with `text`. */
  show(text: string): void {
    const now = performance.now();
    if (!this.shown || now < this.nextAt) return;
    this.nextAt = now + EVERY_MS;
    this.written = true;
    this.stream.write(`${BACK_TO_START}${text.slice(0, (this.stream.columns ?? 80) - 1)}`);
  }

  /** `12 of 400 compared`, and so on. */
  count(done: number, total: number, what: string): void {
    this.show(`${done} of ${total} ${what}`);
  }

  /** Removes the line, so that the result stands alone. */
  end(): void {
    if (this.written) this.stream.write(BACK_TO_START);
    this.written = false;
  }

  /** Runs `work` with a line, which is gone afterwards, also when it fails. */
  static async during<T>(options: OutputOptions, work: (progress: Progress) => Promise<T>): Promise<T> {
    const progress = new Progress(options);
    try {
      return await work(progress);
    } finally {
      progress.end();
    }
  }
}
