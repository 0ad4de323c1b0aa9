/** Ids of one customer's calls that wait to be shown. */
export interface PendingBatch {
  /** Committed by this process. */
  own: string[];
  /** Received from other processes. */
  others: string[];
  /** How many more there were. */
  skipped: number;
}

/** Calls of a customer shown at a time, 250 a second: more is not readable, and each costs every watcher time. */
const MOST = 25;

/** Calls announced and not read yet, by customer. */
export class PendingCalls {
  private batches = new Map<string, PendingBatch>();

  get isEmpty(): boolean {
    return this.batches.size === 0;
  }

  add(customerId: string, id: string): void {
    const batch = this.of(customerId);
    if (batch.own.length < MOST) batch.own.push(id);
    else batch.skipped++;
  }

  addFromElsewhere(customerId: string, id: string): void {
    const batch = this.of(customerId);
    if (batch.others.length < MOST) batch.others.push(id);
    else batch.skipped++;
  }

  skip(customerId: string, calls: number): void {
    if (calls > 0) this.of(customerId).skipped += calls;
  }

  forget(customerId: string): void {
    this.batches.delete(customerId);
  }

  /** Returns everything, by customer, and clears it. */
  take(): Map<string, PendingBatch> {
    const { batches } = this;
    this.batches = new Map();
    return batches;
  }

  private of(customerId: string): PendingBatch {
    let batch = this.batches.get(customerId);
    if (!batch) this.batches.set(customerId, (batch = { own: [], others: [], skipped: 0 }));
    return batch;
  }
}
