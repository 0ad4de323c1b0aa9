import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { CollectionStore } from '@farebox/twin-kit';
import { Table, type Scan } from './table.js';

interface Row {
  id: string;
  colour: string;
  tags: string[];
}

let dir: string;
let store: CollectionStore;
let table: Table<Row, 'colour' | 'tag'>;

const open = (): Table<Row, 'colour' | 'tag'> =>
  new Table(store.collection<Row>('rows'), { colour: (row) => row.colour, tag: (row) => row.tags });

const row = (id: string, colour: string, tags: string[] = []): Row => ({ id, colour, tags });

const ids = (scan?: Scan<'colour' | 'tag'>): string => [...table.scan(scan)].map(({ id }) => id).join('');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'table-'));
  store = CollectionStore.open(join(dir, 'journal'));
  table = open();
  for (const [id, colour] of [
    ['a', 'red'],
    ['b', 'blue'],
    ['c', 'red'],
    ['d', 'red'],
    ['e', 'blue'],
  ] as const) {
    table.put(row(id, colour, [`${id}1`, 'all']));
  }
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

it('scans in both directions, behind a row', () => {
  expect(ids()).toBe('edcba');
  expect(ids({ direction: 'oldest' })).toBe('abcde');
  expect(ids({ after: 'c' })).toBe('ba');
  expect(ids({ after: 'c', direction: 'oldest' })).toBe('de');
});

it('scans an index, also behind a row outside of it', () => {
  expect(ids({ where: ['colour', 'red'] })).toBe('dca');
  expect(ids({ where: ['colour', 'red'], after: 'b' })).toBe('a');
  expect(ids({ where: ['colour', 'red'], after: 'b', direction: 'oldest' })).toBe('cd');
  expect(ids({ where: ['colour', 'green'] })).toBe('');
});

it('follows a change and a deletion, keeping the order of creation', () => {
  table.put(row('e', 'red'));
  table.put(row('a', 'blue'));
  table.delete('c');
  expect(ids({ where: ['colour', 'red'] })).toBe('ed');
  expect(ids({ where: ['tag', 'all'] })).toBe('db');
  expect(table.find('tag', 'c1')).toBeUndefined();
  expect(ids()).toBe('edba');
});

it('an id given again stands where it was given again, once', () => {
  table.delete('b');
  table.put(row('b', 'green'));
  expect(ids()).toBe('bedca');
  expect(ids({ direction: 'oldest', after: 'e' })).toBe('b');
});

it('builds its indexes from the store', () => {
  table.put(row('e', 'green'));
  table = open();
  expect(ids({ where: ['colour', 'green'] })).toBe('e');
  expect(ids()).toBe('edcba');
});

it('does not grow slow: a row of fifty thousand is found and listed as one of five hundred is', () => {
  const fill = (from: number, to: number): void => {
    for (let i = from; i < to; i++) table.put(row(`r${i}`, `colour-${i}`));
  };
  /** Processor time of 2,000 questions, in microseconds. */
  const cost = (rows: number): number => {
    const before = process.cpuUsage();
    for (let n = 0; n < 2_000; n++) {
      const i = (n * 20) % rows;
      expect(table.find('colour', `colour-${i}`)?.id).toBe(`r${i}`);
      expect(table.scan({ after: `r${i}` }).next().done).toBe(false);
    }
    return process.cpuUsage(before).user;
  };
  fill(0, 500);
  cost(500);
  const few = cost(500);
  fill(500, 50_000);
  // A scan of all rows would cost a hundred times as much.
  expect(cost(50_000)).toBeLessThan(20 * few);
});
