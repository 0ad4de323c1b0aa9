import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { CollectionStore } from './collection-store.js';

interface Row {
  n: number;
}

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(dir, 'journal');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function contents(): [number, number] {
  const store = CollectionStore.open(file);
  const sizes: [number, number] = [store.collection('a').size, store.collection('b').size];
  store.close();
  return sizes;
}

it('a journal cut anywhere has all of a transaction or none of it', () => {
  const store = CollectionStore.open(file);
  store.collection<Row>('a').put('before', { n: 0 });
  store.transaction(() => {
    store.collection<Row>('a').put('x', { n: 1 });
    store.collection<Row>('b').put('y', { n: 2 });
    store.transaction(() => store.collection<Row>('b').put('z', { n: 3 }));
  });
  store.close();
  const whole = readFileSync(file);
  const start = whole.indexOf('\n') + 1;
  for (let length = start; length <= whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    expect(contents()).toEqual(length === whole.length ? [2, 2] : [1, 0]);
  }
});

it('what was changed before the work threw is kept, as it is in memory', () => {
  const store = CollectionStore.open(file);
  expect(() =>
    store.transaction(() => {
      store.collection<Row>('a').put('x', { n: 1 });
      throw new Error('halfway');
    }),
  ).toThrow('halfway');
  store.close();
  expect(contents()).toEqual([1, 0]);
});
