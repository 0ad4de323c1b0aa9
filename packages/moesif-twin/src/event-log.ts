import { BatchRing, type LoggedBatch } from './batch-ring.js';
import { SegmentedJournal } from './segmented-journal.js';

export interface EventLogLimits {
  /** At least so many of the newest events stay in memory (whole batches are kept). */
  memoryEvents: number;
  /** …unless their JSON takes more than so many bytes. */
  memoryBytes: number;
  /** A journal file is closed and a new one begun when it has grown past this. */
  segmentBytes: number;
  /** So many journal files are kept; the oldest is deleted when there is one more. */
  segments: number;
}

/** 10,000 events or 64 MiB in memory; 1 GiB on disk. */
export const defaultLimits: EventLogLimits = {
  memoryEvents: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  segmentBytes: 32 * 1024 * 1024,
  segments: 32,
};

/** One stored item: as received, with its place in the log and the time it came. */
export interface Logged {
  /** Counts from 1 since the last reset. */
  seq: number;
  /** ISO 8601, UTC. */
  receivedAt: string;
  item: Record<string, unknown>;
}

/**
 * What the collector received in volume (API calls, actions): every batch is one line of an append-only journal on
 * disk before it is acknowledged, whole or not at all. Memory holds the newest batches, as text that is parsed when
 * somebody looks; the totals count everything since the last reset, whatever has been dropped since.
 */
export class EventLog {
  private readonly ring: BatchRing;
  private count = 0;
  private weightSum = 0;

  private constructor(
    private readonly journal: SegmentedJournal,
    limits: EventLogLimits,
  ) {
    this.ring = new BatchRing(limits.memoryEvents, limits.memoryBytes);
    const recovered = journal.recover(limits.memoryEvents, limits.memoryBytes);
    this.count = recovered.totals.count;
    this.weightSum = recovered.totals.weight;
    for (const batch of recovered.batches) this.ring.push(batch);
  }

  /** Opens the log called `name` in `dir`, with what earlier runs stored. */
  static open(dir: string, name: string, limits: EventLogLimits = defaultLimits): EventLog {
    return new EventLog(new SegmentedJournal(dir, name, limits.segmentBytes, limits.segments), limits);
  }

  /** Items since the last reset. */
  get total(): number {
    return this.count;
  }

  /** Sum of their weights: what a meter on sampled events would count. */
  get totalWeight(): number {
    return this.weightSum;
  }

  /** Items that memory still holds. */
  get held(): number {
    return this.ring.events;
  }

  /**
   * Stores one batch. `json` is the JSON text of an array of `count` objects, without a raw line break or tab.
   * @throws the system's error when it cannot be written; nothing is stored then.
   */
  append(json: string, count: number, weight: number): void {
    if (count === 0) return;
    const batch: LoggedBatch = {
      firstSeq: this.count + 1,
      receivedAt: new Date().toISOString(),
      count,
      weight,
      json,
    };
    this.journal.append(batch, { count: this.count, weight: this.weightSum });
    this.count += count;
    this.weightSum += weight;
    this.ring.push(batch);
  }

  /** The newest `limit` items in memory that pass the test, oldest first. */
  newest(limit: number, test: (item: Record<string, unknown>) => boolean = () => true): Logged[] {
    const found: Logged[] = [];
    for (const batch of this.ring.newestFirst()) {
      const items = itemsOf(batch);
      for (let i = items.length - 1; i >= 0; i -= 1) {
        if (found.length >= limit) return found.toReversed();
        const logged = items[i];
        if (logged && test(logged.item)) found.push(logged);
      }
    }
    return found.toReversed();
  }

  /** Everything the disk still holds, oldest first. */
  *all(): Generator<Logged> {
    for (const batch of this.journal.batches()) yield* itemsOf(batch);
  }

  /** Forgets everything, on disk too. */
  reset(): void {
    this.journal.reset();
    this.ring.clear();
    this.count = 0;
    this.weightSum = 0;
  }

  close(): void {
    this.journal.close();
  }
}

function itemsOf(batch: LoggedBatch): Logged[] {
  const items = JSON.parse(batch.json) as Record<string, unknown>[];
  return items.map((item, i) => ({ seq: batch.firstSeq + i, receivedAt: batch.receivedAt, item }));
}
