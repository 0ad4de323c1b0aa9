import { Readable } from 'node:stream';

/** What waits for a slow reader, in bytes. A whole test is seldom more than a few kilobytes. */
const MOST_BYTES = 64 * 1_024;

/** A test of a meter as server-sent events, for one who follows it. A reader that takes nothing is let go of. */
export class ProgressStream extends Readable {
  private finished = false;

  /** @param mayFollow whether who asked is still let in: the session of a browser ends. */
  constructor(readonly mayFollow: () => boolean) {
    super({ highWaterMark: MOST_BYTES });
  }

  /** @param data of one line, as JSON is. */
  send(event: string, data: object): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps proxies from taking the silence for an end. */
  beat(): void {
    this.write(': \n\n');
  }

  /** No more is sent. */
  end(): void {
    if (this.finished || this.destroyed) return;
    this.finished = true;
    this.push(null);
  }

  override _read(): void {
    // What is sent comes by itself.
  }

  private write(text: string): void {
    if (this.finished || this.destroyed) return;
    if (!this.push(text)) this.destroy();
  }
}
