import type { ProviderEvent } from './webhook-events.js';

interface Pending {
  event: ProviderEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Limits of one statement: events, and bytes of them. */
const MAX_BATCH = 200;
const MAX_BATCH_BYTES = 4 * 1_048_576;

/**
 * Group commit: while one batch of events is being stored, the next one gathers. No timer: a lone event is stored at
 * once; in a burst, which Stripe sends after every outage of ours, one commit carries many.
 */
export class InboxWriter {
  private pending: Pending[] = [];
  private writing = false;

  /** @param commit stores all of them, or throws. Storing one again must change nothing. */
  constructor(private readonly commit: (events: readonly ProviderEvent[]) => Promise<void>) {}

  /** Resolves when the event is stored. @throws the error that prevented it. */
  add(event: ProviderEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.pending.push({ event, resolve, reject });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    // Events added in the same turn of the event loop join the batch.
    await Promise.resolve();
    while (this.pending.length > 0) await this.write(this.take());
    // In the same turn as the check of `pending`: a later caller starts a new run.
    this.writing = false;
  }

  private take(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { event } of this.pending) {
      bytes += event.payload.length;
      if (count === MAX_BATCH || (count > 0 && bytes > MAX_BATCH_BYTES)) break;
      count++;
    }
    return this.pending.splice(0, count);
  }

  /** An event that cannot be stored must not block the others: on failure each is tried separately. */
  private async write(batch: readonly Pending[]): Promise<void> {
    try {
      await this.commit(batch.map(({ event }) => event));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await this.write([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
