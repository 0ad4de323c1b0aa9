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

it('does not grow slow: fifty thousand rows are found and listed at once', () => {
  for (let i = 0; i < 50_000; i++) table.put(row(`r${i}`, `colour-${i}`));
  const start = performance.now();
  for (let i = 0; i < 2_000; i++) {
    expect(table.find('colour', `colour-${i * 20}`)?.id).toBe(`r${i * 20}`);
    expect(table.scan({ after: `r${i * 20}` }).next().done).toBe(false);
  }
  // A scan of the rows at each of the 4,000 questions would take minutes.
  expect(performance.now() - start).toBeLessThan(5_000);
});
