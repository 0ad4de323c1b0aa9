import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CollectionStore } from '@farebox/twin-kit';
import { StripeObjects, type TrackedObject } from './stripe-objects.js';

let dir: string;
let store: CollectionStore;
let objects: StripeObjects;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'stripe-objects-'));
  store = CollectionStore.open(join(dir, 'state.jsonl'));
});

beforeEach(() => {
  objects = new StripeObjects(store.collection<TrackedObject>('stripe'));
  store.reset();
});

afterAll(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

interface Change {
  id: string;
  type: 'created' | 'updated' | 'deleted';
  created: number;
  fields: Record<string, unknown>;
  previous?: Record<string, unknown>;
}

function event({ id, type, created, fields, previous }: Change): object {
  const object = { id: 'cus_1', object: 'customer', ...fields };
  return {
    id,
    object: 'event',
    type: `customer.${type}`,
    created,
    data: { object, previous_attributes: previous },
  };
}

function after(changes: Change[]): unknown {
  store.reset();
  for (const change of changes) expect(objects.take(event(change))).toBe(true);
  return objects.customer('cus_1');
}

/** Everything within one second, with ids that sort against the order of events. */
const oneSecond: Change[] = [
  { id: 'evt_9', type: 'created', created: 5, fields: { name: 'a', address: null } },
  { id: 'evt_5', type: 'updated', created: 5, fields: { name: 'b', address: null }, previous: { name: 'a' } },
  {
    id: 'evt_3',
    type: 'updated',
    created: 5,
    fields: { name: 'b', address: { city: 'Bern', zip: '1' } },
    previous: { address: null },
  },
  {
    id: 'evt_1',
    type: 'updated',
    created: 5,
    fields: { name: 'b', address: { city: 'Bern', zip: '2' } },
    previous: { address: { zip: '1' } },
  },
];

const last = { id: 'cus_1', object: 'customer', name: 'b', address: { city: 'Bern', zip: '2' } };

/** Any order, with any repetitions. */
function deliveries(changes: Change[]): fc.Arbitrary<Change[]> {
  return fc
    .tuple(fc.shuffledSubarray(changes, { minLength: changes.length }), fc.array(fc.constantFrom(...changes)))
    .chain(([once, again]) =>
      fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }),
    );
}

describe('StripeObjects', () => {
  it('updates of one second are put in order by what they say was there before', () => {
    expect(after(oneSecond)).toEqual(last);
    fc.assert(
      fc.property(deliveries(oneSecond), (order) => expect(after(order)).toEqual(last)),
      { numRuns: 60 },
    );
  });

  it('a deletion is the last of its second, and marks the object', () => {
    const changes: Change[] = [
      ...oneSecond,
      { id: 'evt_0', type: 'deleted', created: 5, fields: { name: 'b' } },
    ];
    const gone = { id: 'cus_1', object: 'customer', name: 'b', deleted: true };
    fc.assert(
      fc.property(deliveries(changes), (order) => expect(after(order)).toEqual(gone)),
      { numRuns: 60 },
    );
  });

  it('any events at all end the same in any order', () => {
    const change = fc.record({
      type: fc.constantFrom('created' as const, 'updated' as const, 'deleted' as const),
      created: fc.integer({ min: 1, max: 3 }),
      fields: fc.record({ name: fc.constantFrom('a', 'b') }),
      previous: fc.record({ name: fc.constantFrom('a', 'b') }),
    });
    const life = fc
      .array(change, { minLength: 2, maxLength: 6 })
      .map((changes) => changes.map((fields, i): Change => ({ id: `evt_${i}`, ...fields })));
    const cases = life.chain((changes) => fc.tuple(fc.constant(changes), deliveries(changes)));
    fc.assert(
      fc.property(cases, ([changes, order]) => expect(after(order)).toEqual(after(changes))),
      { numRuns: 200 },
    );
  });

  it('takes no subscription for a customer, nor anything that is not an event', () => {
    const wrong = { id: 'evt_1', object: 'event', type: 'customer.subscription.created', created: 1 };
    expect(objects.take({ ...wrong, data: { object: { id: 'sub_1', object: 'subscription' } } })).toBe(true);
    expect(objects.customer('sub_1')).toBeUndefined();
    expect(objects.subscription('sub_1')).toEqual({ id: 'sub_1', object: 'subscription' });
    expect([null, [], {}, wrong].map((body) => objects.take(body))).toEqual([false, false, false, false]);
  });
});
