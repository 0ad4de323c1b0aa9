/** A batch as it came in: `json` is the text of an array of `count` objects. */
export interface LoggedBatch {
  firstSeq: number;
  receivedAt: string;
  count: number;
  weight: number;
  json: string;
}

/** The newest batches, bounded by events and by bytes. The newest batch always stays. */
export class BatchRing {
  private items: LoggedBatch[] = [];
  /** Dropped batches are before this index; they are cut off now and then, as a shift per batch would be slow. */
  private head = 0;
  private eventCount = 0;
  private byteCount = 0;

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes: number,
  ) {}

  get events(): number {
    return this.eventCount;
  }

  push(batch: LoggedBatch): void {
    this.items.push(batch);
    this.eventCount += batch.count;
    this.byteCount += batch.json.length;
    for (let oldest = this.items[this.head]; oldest && oldest !== batch; oldest = this.items[this.head]) {
      const enoughWithout = this.eventCount - oldest.count >= this.maxEvents;
      if (!enoughWithout && this.byteCount <= this.maxBytes) break;
      this.eventCount -= oldest.count;
      this.byteCount -= oldest.json.length;
      this.head += 1;
    }
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }

  *newestFirst(): Generator<LoggedBatch> {
    for (let i = this.items.length - 1; i >= this.head; i -= 1) {
      const batch = this.items[i];
      if (batch) yield batch;
    }
  }

  clear(): void {
    this.items = [];
    this.head = 0;
    this.eventCount = 0;
    this.byteCount = 0;
  }
}
