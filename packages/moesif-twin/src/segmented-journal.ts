import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { AppendFile } from '@farebox/twin-kit';
import type { LoggedBatch } from './batch-ring.js';

export interface Totals {
  count: number;
  weight: number;
}

/**
 * Batches in files of limited size, `NAME-<first sequence number>.log`. A line is
 * `firstSeq TAB receivedAt TAB count TAB weight TAB json`, so that it can be read again without parsing the JSON; the
 * first line of each file is `# TAB count TAB weight`: the totals before it, which keeps them right when older files
 * are gone.
 */
export class SegmentedJournal {
  private current: AppendFile | undefined;

  constructor(
    private readonly dir: string,
    private readonly name: string,
    private readonly segmentBytes: number,
    private readonly maxSegments: number,
  ) {
    mkdirSync(dir, { recursive: true });
  }

  /** `before` are the totals without this batch. */
  append(batch: LoggedBatch, before: Totals): void {
    if (!this.current || this.current.bytes >= this.segmentBytes) this.rotate(batch.firstSeq, before);
    const { firstSeq, receivedAt, count, weight, json } = batch;
    this.current?.append(`${firstSeq}\t${receivedAt}\t${count}\t${weight}\t${json}\n`);
  }

  /**
   * Opens the newest file for appending, without the line that a kill cut short, and returns the totals and the newest
   * batches, oldest first, until there are enough of them.
   */
  recover(enoughEvents: number, enoughBytes: number): { totals: Totals; batches: LoggedBatch[] } {
    const totals: Totals = { count: 0, weight: 0 };
    const batches: LoggedBatch[] = [];
    let events = 0;
    let bytes = 0;
    for (const file of this.segments().toReversed()) {
      const segment = readSegment(file);
      if (segment.completeBytes === 0) {
        // Killed between making the file and writing its first line: the file before it is the newest.
        rmSync(file);
        continue;
      }
      if (!this.current) {
        truncateSync(file, segment.completeBytes);
        this.current = new AppendFile(file);
        totals.count = segment.before.count + sum(segment.batches, 'count');
        totals.weight = segment.before.weight + sum(segment.batches, 'weight');
      }
      batches.unshift(...segment.batches);
      events += sum(segment.batches, 'count');
      bytes += segment.completeBytes;
      if (events >= enoughEvents || bytes >= enoughBytes) break;
    }
    return { totals, batches };
  }

  /** Everything on disk, oldest first, one file in memory at a time. A file deleted meanwhile is passed over. */
  *batches(): Generator<LoggedBatch> {
    for (const file of this.segments()) if (existsSync(file)) yield* readSegment(file).batches;
  }

  reset(): void {
    this.close();
    for (const file of this.segments()) rmSync(file);
  }

  close(): void {
    this.current?.close();
    this.current = undefined;
  }

  private rotate(firstSeq: number, before: Totals): void {
    this.close();
    this.current = new AppendFile(join(this.dir, `${this.name}-${String(firstSeq).padStart(15, '0')}.log`));
    this.current.append(`#\t${before.count}\t${before.weight}\n`);
    for (const old of this.segments().slice(0, -this.maxSegments)) rmSync(old);
  }

  private segments(): string[] {
    return readdirSync(this.dir)
      .filter((file) => file.startsWith(`${this.name}-`) && file.endsWith('.log'))
      .sort()
      .map((file) => join(this.dir, file));
  }
}

interface Segment {
  before: Totals;
  batches: LoggedBatch[];
  completeBytes: number;
}

function readSegment(file: string): Segment {
  const data = readFileSync(file);
  const completeBytes = data.lastIndexOf(10) + 1;
  const segment: Segment = { before: { count: 0, weight: 0 }, batches: [], completeBytes };
  for (const line of data.toString('utf8', 0, completeBytes).split('\n')) {
    if (line === '') continue;
    const [first = '', second = '', third = '', fourth = ''] = line.split('\t', 4);
    if (first === '#') {
      segment.before = { count: Number(second), weight: Number(third) };
      continue;
    }
    const json = line.slice(first.length + second.length + third.length + fourth.length + 4);
    segment.batches.push({
      firstSeq: Number(first),
      receivedAt: second,
      count: Number(third),
      weight: Number(fourth),
      json,
    });
  }
  return segment;
}

function sum(batches: LoggedBatch[], field: 'count' | 'weight'): number {
  return batches.reduce((total, batch) => total + batch[field], 0);
}
