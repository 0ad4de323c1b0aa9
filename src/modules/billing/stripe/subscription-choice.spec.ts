import { expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { chooseSubscription } from './subscription-choice.js';

const ACCOUNT = { accountId: 'account', subscriptionId: 'sub_had' };

interface Sketch {
  id: string;
  status?: Stripe.Subscription.Status;
  created?: number;
  ours?: boolean;
  /** Of its items; `null` is paid ahead. */
  meters?: (string | null)[];
}

function subscription({ id, status = 'active', created = 0, ours = false, meters = ['calls'] }: Sketch) {
  const data = meters.map((meter, n) => ({ id: `si_${id}_${n}`, price: { recurring: { meter } } }));
  const metadata = ours ? { farebox_account_id: 'account' } : {};
  return { id, status, created, metadata, items: { data } } as unknown as Stripe.Subscription;
}

const choose = (...sketches: Sketch[]) => {
  const { counts, ...rest } = chooseSubscription(sketches.map(subscription), ACCOUNT);
  return { counts: counts?.id, ...rest };
};

it.each<[what: string, sketches: Sketch[], counts: string | undefined]>([
  ['the only one', [{ id: 'a' }], 'a'],
  [
    'the oldest of ours',
    [{ id: 'a' }, { id: 'b', ours: true, created: 2 }, { id: 'c', ours: true, created: 1 }],
    'c',
  ],
  [
    'else the oldest',
    [
      { id: 'a', created: 2 },
      { id: 'b', created: 1 },
    ],
    'b',
  ],
  [
    'a live one of others before an ended one of ours',
    [{ id: 'a', ours: true, status: 'canceled' }, { id: 'b' }],
    'b',
  ],
  ['unpaid is live', [{ id: 'a', ours: true, status: 'unpaid' }, { id: 'b' }], 'a'],
  [
    'else the one that it had',
    [
      { id: 'a', status: 'canceled' },
      { id: 'sub_had', status: 'incomplete_expired' },
    ],
    'sub_had',
  ],
  ['none', [{ id: 'a', status: 'canceled' }], undefined],
])('counts: %s', (_what, sketches, counts) => {
  expect(choose(...sketches).counts).toBe(counts);
});

it.each<[what: string, sketches: Sketch[], surplus: string[]]>([
  ['one item', [{ id: 'a' }], []],
  ['a base fee beside it', [{ id: 'a', meters: [null, 'calls'] }], []],
  ['two meters', [{ id: 'a', meters: ['calls', 'bytes'] }], []],
  ['two subscriptions on two meters', [{ id: 'a' }, { id: 'b', meters: ['bytes'] }], []],
  [
    'two subscriptions on one meter: of the one that does not count',
    [{ id: 'a' }, { id: 'b', ours: true }],
    ['si_a_0'],
  ],
  ['two items of one subscription', [{ id: 'a', meters: ['calls', 'calls'] }], ['si_a_1']],
  ['an ended one', [{ id: 'a' }, { id: 'b', status: 'canceled' }], []],
])('surplus items: %s', (_what, sketches, surplus) => {
  expect(choose(...sketches).surplusItems).toEqual(surplus);
});
