import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { wireEvent } from './support/samples.js';
import { Twin, type Json } from './support/twin.js';

let twin: Twin;

beforeAll(async () => {
  twin = await Twin.start();
});

beforeEach(async () => {
  await twin.post('/_sandbox/reset', {});
});

afterAll(() => twin.stop());

const id = (n: number): string => `123e4567-e89b-12d3-a456-42661417400${n}`;
const event = (n: number): Json => wireEvent({ transaction_id: id(n) });

async function stored(): Promise<unknown[]> {
  return (await twin.get('/_sandbox/events')).map((found) => found['transaction_id']);
}

/** Moesif's own example (API reference, "Deduplication for Batches"). */
it('of batches that overlap, each transaction stands once', async () => {
  for (const batch of [[1, 2], [3], [1, 3, 4]])
    expect((await twin.post('/v1/events/batch', batch.map(event))).status).toBe(201);
  expect(await stored()).toEqual([id(1), id(2), id(3), id(4)]);
  expect(await twin.get('/_sandbox/counts')).toMatchObject({ events: 4, eventWeight: 4 });
});

it('of a batch that repeats itself too, and of single events', async () => {
  await twin.post('/v1/events/batch', [event(1), event(1)]);
  expect((await twin.post('/v1/events', event(1))).status).toBe(201);
  expect(await stored()).toEqual([id(1)]);
});

it('the SDK’s header counts as one; what has none is kept each time', async () => {
  const { response } = wireEvent() as { response: Json };
  const headed = wireEvent({ response: { ...response, headers: { 'X-Moesif-Transaction-Id': id(5) } } });
  await twin.post('/v1/events/batch', [headed, headed, wireEvent(), wireEvent()]);
  await twin.post('/v1/events', event(5));
  expect(await stored()).toEqual([id(5), undefined, undefined]);
});

it('an id in the metadata alone is none', async () => {
  const call = wireEvent({ metadata: { transaction_id: id(6) } });
  await twin.post('/v1/events/batch', [call, call]);
  expect(await stored()).toHaveLength(2);
});

it('a batch that is refused marks none of its events as seen', async () => {
  expect((await twin.post('/v1/events/batch', [event(7), { request: 1 }])).status).toBe(400);
  await twin.post('/v1/events', event(7));
  expect(await stored()).toEqual([id(7)]);
});

it('what came before a crash is known after it', async () => {
  await twin.post('/v1/events/batch', [event(1), event(2)]);
  await twin.killAndRestart();
  await twin.post('/v1/events/batch', [event(2), event(3)]);
  expect(await stored()).toEqual([id(1), id(2), id(3)]);
});
