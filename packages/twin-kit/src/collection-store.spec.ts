import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CollectionStore } from './collection-store.js';

let dir: string;
let file: string;
let store: CollectionStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'collection-store-'));
  file = join(dir, 'below', 'state.jsonl');
  store = CollectionStore.open(file);
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

/** What a process sees that starts after this one was killed: the files as they are, nothing flushed or closed. */
function reopen(): CollectionStore {
  const copy = join(dir, 'copy.jsonl');
  writeFileSync(copy, readFileSync(file));
  return CollectionStore.open(copy);
}

describe('CollectionStore', () => {
  it('has after a kill what put and delete left, in the order of creation', () => {
    const cats = store.collection<{ name: string; lives?: number }>('cats');
    cats.put('b', { name: 'Bo' });
    cats.put('a', { name: 'Al' });
    cats.put('c', { name: 'Cy' });
    cats.put('b', { name: 'Bo', lives: 9 });
    expect(cats.delete('c')).toBe(true);
    expect(cats.delete('nobody')).toBe(false);
    store.collection<{ n: number }>('dogs').put('a', { n: 1 });

    const again = reopen();
    expect(again.collection('cats').entries()).toEqual([
      ['b', { name: 'Bo', lives: 9 }],
      ['a', { name: 'Al' }],
    ]);
    expect(again.collection('dogs').values()).toEqual([{ n: 1 }]);
    expect(again.collection('cats').size).toBe(2);
    again.close();
  });

  it('keeps a change of a live object only when it is put', () => {
    const cats = store.collection<{ lives: number }>('cats');
    const cat = cats.put('a', { lives: 9 });
    cat.lives = 8;
    const before = reopen();
    expect(before.collection('cats').get('a')).toEqual({ lives: 9 });
    before.close();
    cats.put('a', cat);
    const after = reopen();
    expect(after.collection('cats').get('a')).toEqual({ lives: 8 });
    after.close();
  });

  it('drops a line that a kill cut short and can be written to again', () => {
    store.collection('cats').put('a', { n: 1 });
    appendFileSync(file, '["cats","b",{"n":');
    store.close();
    store = CollectionStore.open(file);
    expect(store.collection('cats').entries()).toEqual([['a', { n: 1 }]]);
    store.collection('cats').put('c', { n: 3 });
    const again = reopen();
    expect(again.collection('cats').entries()).toEqual([
      ['a', { n: 1 }],
      ['c', { n: 3 }],
    ]);
    again.close();
  });

  it('reset forgets everything, on disk too, and collections handed out before go on working', () => {
    const cats = store.collection('cats');
    cats.put('a', { n: 1 });
    store.reset();
    expect(cats.size).toBe(0);
    cats.put('b', { n: 2 });
    const again = reopen();
    expect(again.collection('cats').entries()).toEqual([['b', { n: 2 }]]);
    again.close();
  });

  it('rewrites a journal that has grown out of proportion, and loses nothing by it', () => {
    const cats = store.collection<{ n: number }>('cats');
    for (let n = 1; n <= 60_000; n += 1) cats.put(`cat-${n % 10}`, { n });
    const lines = readFileSync(file, 'utf8').split('\n').length - 1;
    expect(lines).toBeLessThan(20_000);
    const again = reopen();
    const left = again
      .collection<{ n: number }>('cats')
      .values()
      .map((cat) => cat.n);
    expect(left).toEqual([59_991, 59_992, 59_993, 59_994, 59_995, 59_996, 59_997, 59_998, 59_999, 60_000]);
    again.close();
  });
});
