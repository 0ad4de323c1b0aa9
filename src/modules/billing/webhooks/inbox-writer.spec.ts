import { expect, it } from '@jest/globals';
import { InboxWriter } from './inbox-writer.js';
import type { ProviderEvent } from './webhook-events.js';

const event = (id: string, bytes = 2): ProviderEvent => ({
  id,
  type: 'some.thing',
  happenedAt: new Date(0),
  objectId: null,
  customerId: null,
  payload: 'x'.repeat(bytes),
});

/** A store whose commits end when the test says so. */
function heldStore() {
  const batches: string[][] = [];
  const waiting: (() => void)[] = [];
  const writer = new InboxWriter(async (events) => {
    batches.push(events.map(({ id }) => id));
    await new Promise<void>((resolve) => waiting.push(resolve));
  });
  const release = async (): Promise<void> => {
    waiting.shift()?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { batches, writer, release };
}

it('stores a lone event at once, and what comes meanwhile together', async () => {
  const { batches, writer, release } = heldStore();
  const stored: string[] = [];
  const add = (id: string) => writer.add(event(id)).then(() => stored.push(id));
  const all = [add('a')];
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  all.push(add('b'), add('c'));
  expect([batches, stored]).toEqual([[['a']], []]);
  await release();
  expect([batches, stored]).toEqual([[['a'], ['b', 'c']], ['a']]);
  await release();
  await Promise.all(all);
  expect(stored).toEqual(['a', 'b', 'c']);
});

it('puts no more than 200 events and 4 MB into one commit, and takes a larger event by itself', async () => {
  const batches: number[] = [];
  const writer = new InboxWriter(async (events) => void batches.push(events.length));
  await Promise.all(Array.from({ length: 250 }, (_, n) => writer.add(event(String(n)))));
  expect(batches).toEqual([200, 50]);
  batches.length = 0;
  await Promise.all([5, 3, 3, 1].map((mb) => writer.add(event(String(mb), mb * 1_048_576))));
  expect(batches).toEqual([1, 1, 2]);
});

it('stores the others when one cannot be stored, and tells that one alone', async () => {
  const stored: string[] = [];
  const writer = new InboxWriter(async (events) => {
    if (events.some(({ id }) => id === 'bad')) throw new Error('refused');
    stored.push(...events.map(({ id }) => id));
  });
  const results = await Promise.allSettled(['a', 'bad', 'b'].map((id) => writer.add(event(id))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(stored).toEqual(['a', 'b']);
});
