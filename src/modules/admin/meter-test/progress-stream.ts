import { Readable } from 'node:stream';

/** Buffer limit for a slow reader, in bytes. A whole test is seldom more than a few kilobytes. */
const MOST_BYTES = 64 * 1_024;

/** A meter test as server-sent events for one follower. A reader that reads nothing is disconnected. */
export class ProgressStream extends Readable {
  private finished = false;

  /** @param mayFollow whether the caller is still authorised: the session of a browser ends. */
  constructor(readonly mayFollow: () => boolean) {
    super({ highWaterMark: MOST_BYTES });
  }

  /** @param data serialised to one line, as JSON is. */
  send(event: string, data: object): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps proxies from closing an idle connection. */
  beat(): void {
    this.write(': \n\n');
  }

  /** Ends the stream. */
  end(): void {
    if (this.finished || this.destroyed) return;
    this.finished = true;
    this.push(null);
  }

  override _read(): void {
    // Data is pushed by `send`.
  }

  private write(text: string): void {
    if (this.finished || this.destroyed) return;
    if (!this.push(text)) this.destroy();
  }
}
