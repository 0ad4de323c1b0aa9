import { isNativeError } from 'node:util/types';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { wireEvent } from './support/samples.js';
import { Twin } from './support/twin.js';
import { until } from './support/until.js';

let twin: Twin;

beforeEach(async () => {
  twin = await Twin.start();
});

afterEach(() => twin.stop());

/** Posts until the connection breaks; returns what was acknowledged. */
async function postUntilKilled(path: string, make: (n: number) => unknown): Promise<number[]> {
  const acknowledged: number[] = [];
  for (let n = 0; ; n += 1) {
    try {
      const response = await twin.post(path, make(n));
      await response.arrayBuffer();
      if (response.status !== 201) throw new Error(`status ${response.status}`);
    } catch (error) {
      if (isNativeError(error) && error.message === 'fetch failed') return acknowledged;
      throw error;
    }
    acknowledged.push(n);
  }
}

it('kill -9 in the middle of writing: what was acknowledged is there, and every batch whole or not at all', async () => {
  const size = 40;
  const padding = 'x'.repeat(500);
  const batch = (writer: string) => (n: number) =>
    Array.from({ length: size }, (_, i) =>
      wireEvent({ session_token: `${writer}-${n}`, metadata: { i, padding } }),
    );
  const writers = ['a', 'b', 'c'];
  const events = writers.map((writer) => postUntilKilled('/v1/events/batch', batch(writer)));
  const users = postUntilKilled('/v1/users', (n) => ({ user_id: `user-${n}`, metadata: { n, padding } }));
  const stored = async () => (await twin.get<Record<string, number>>('/_sandbox/counts'))['events'] ?? 0;
  await until('enough is written', async () => (await stored()) > 3000);
  await twin.killAndRestart();

  const acknowledged = await Promise.all(events);
  expect(acknowledged.every((batches) => batches.length > 5)).toBe(true);
  const perBatch = new Map<string, number>();
  const journal = await (await fetch(`${twin.baseUri}/_sandbox/events.ndjson`)).text();
  for (const line of journal.trimEnd().split('\n')) {
    const { session_token: key } = JSON.parse(line) as { session_token: string };
    perBatch.set(key, (perBatch.get(key) ?? 0) + 1);
  }
  expect(new Set(perBatch.values())).toEqual(new Set([size]));
  const missing = writers.flatMap((writer, w) =>
    (acknowledged[w] ?? []).map((n) => `${writer}-${n}`).filter((key) => !perBatch.has(key)),
  );
  expect(missing).toEqual([]);
  // At most the one that each writer had under way when it was killed came in without being acknowledged.
  const acknowledgedBatches = acknowledged.reduce((sum, batches) => sum + batches.length, 0);
  expect(perBatch.size - acknowledgedBatches).toBeLessThanOrEqual(writers.length);
  expect(await stored()).toBe(perBatch.size * size);

  const ids = new Set((await twin.get('/_sandbox/users')).map((user) => user['user_id']));
  const lost = (await users).filter((n) => !ids.has(`user-${n}`));
  expect(lost).toEqual([]);

  // It goes on where it was.
  await twin.post('/v1/events', wireEvent({ user_id: 'afterwards' }));
  const [after] = await twin.get('/_sandbox/events?user_id=afterwards');
  expect(after).toMatchObject({ _id: `evt-${perBatch.size * size + 1}` });
});
