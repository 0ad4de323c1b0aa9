import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventLog, type EventLogLimits } from './event-log.js';

const limits: EventLogLimits = { memoryEvents: 10, memoryBytes: 10_000, segmentBytes: 200, segments: 3 };

let dir: string;
let log: EventLog;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'event-log-'));
  log = EventLog.open(dir, 'events', limits);
});

afterEach(() => {
  log.close();
  rmSync(dir, { recursive: true });
});

let next = 0;

/** Appends a batch of `count` items numbered on, each of weight 3. */
function append(count: number, padding = ''): void {
  const items = Array.from({ length: count }, () => {
    next += 1;
    return { n: next, padding };
  });
  log.append(JSON.stringify(items), count, 3 * count);
}

beforeEach(() => {
  next = 0;
});

function reopen(changed: Partial<EventLogLimits> = {}): void {
  log.close();
  log = EventLog.open(dir, 'events', { ...limits, ...changed });
}

const inMemory = (): unknown[] => log.newest(Infinity).map(({ item }) => item['n']);
const onDisk = (): unknown[] => [...log.all()].map(({ item }) => item['n']);
const files = (): string[] => readdirSync(dir);

describe('EventLog', () => {
  it('numbers what it stores, and gives the newest, oldest first', () => {
    append(2);
    append(3);
    expect(inMemory()).toEqual([1, 2, 3, 4, 5]);
    expect(log.newest(2).map(({ seq, item }) => [seq, item['n']])).toEqual([
      [4, 4],
      [5, 5],
    ]);
    expect(log.newest(2, (item) => Number(item['n']) % 2 === 1).map(({ seq }) => seq)).toEqual([3, 5]);
    expect([log.total, log.totalWeight, log.held]).toEqual([5, 15, 5]);
  });

  it('keeps at least the wanted number in memory, by whole batches, and the newest batch always', () => {
    for (let i = 0; i < 6; i += 1) append(4);
    expect(inMemory()).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    append(30);
    expect(log.held).toBe(30);
  });

  it('keeps fewer when they are large', () => {
    for (let i = 0; i < 5; i += 1) append(1, 'x'.repeat(4000));
    expect(inMemory()).toEqual([4, 5]);
    append(1, 'x'.repeat(20_000));
    expect(inMemory()).toEqual([6]);
  });

  it('keeps only so many files, and right totals when the older ones are gone', () => {
    for (let i = 0; i < 40; i += 1) append(1, 'x'.repeat(50));
    expect(files()).toHaveLength(limits.segments);
    const left = onDisk();
    expect(left).toEqual([35, 36, 37, 38, 39, 40]);
    reopen();
    expect([log.total, log.totalWeight]).toEqual([40, 120]);
    expect(onDisk()).toEqual(left);
    expect(inMemory()).toEqual(left);
    append(1);
    expect(log.newest(1)[0]?.seq).toBe(41);
  });

  it('fills its memory again from as many files as it takes', () => {
    reopen({ segments: 20 });
    for (let i = 0; i < 15; i += 1) append(1, 'x'.repeat(150));
    const before = inMemory();
    expect(before).toHaveLength(limits.memoryEvents);
    reopen({ segments: 20 });
    expect(inMemory()).toEqual(before);
    expect(onDisk()).toHaveLength(15);
  });

  it('drops the line that a kill cut short, and writes on behind the whole ones', () => {
    append(2);
    appendFileSync(join(dir, files()[0] ?? ''), '3\t2026-11-21T10:00:00.000Z\t1\t1\t[{"n":');
    reopen();
    expect(log.total).toBe(2);
    append(1);
    reopen();
    expect(inMemory()).toEqual([1, 2, 3]);
    expect(log.newest(1)[0]?.seq).toBe(3);
  });

  it('keeps its totals when it was killed between making a file and writing to it', () => {
    append(2);
    writeFileSync(join(dir, 'events-000000000000003.log'), '#\t2');
    reopen();
    expect([log.total, log.totalWeight]).toEqual([2, 6]);
    append(1);
    expect(onDisk()).toEqual([1, 2, 3]);
  });

  it('reset begins again at 1', () => {
    for (let i = 0; i < 10; i += 1) append(1, 'x'.repeat(100));
    log.reset();
    expect([log.total, log.held, files().length, onDisk()]).toEqual([0, 0, 0, []]);
    append(1);
    expect(log.newest(1)[0]?.seq).toBe(1);
  });

  it('can be read to its end while old files are deleted', () => {
    for (let i = 0; i < 5; i += 1) append(1, 'x'.repeat(250));
    const reading = log.all();
    expect(reading.next().value).toMatchObject({ seq: 3 });
    for (let i = 0; i < 5; i += 1) append(1, 'x'.repeat(250));
    expect([...reading]).toEqual([]);
    expect(onDisk()).toEqual([8, 9, 10]);
  });

  it('does not mix with another log in the same folder', () => {
    const other = EventLog.open(dir, 'actions', limits);
    append(1);
    expect([...other.all()]).toEqual([]);
    other.reset();
    expect(onDisk()).toEqual([1]);
    other.close();
  });
});
