import { describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { planItems, type PlanPrices } from './plan-items.js';

const FEE_KEYS = new Set(['basic_fee', 'pro_fee']);

const price = (id: string, meter: string | null, more: Partial<Stripe.Price> = {}): Stripe.Price =>
  ({
    id,
    active: true,
    lookup_key: id,
    product: 'prod_basic',
    recurring: { usage_type: meter === null ? 'licensed' : 'metered', meter },
    ...more,
  }) as Stripe.Price;
const item = (id: string, of: Stripe.Price): Stripe.SubscriptionItem =>
  ({ id, price: of }) as Stripe.SubscriptionItem;

const basic = item('si_usage', price('basic', 'mtr_calls'));
const basicFee = item('si_fee', price('basic_fee', null));
const addOn = item('si_support', price('support', null));
const target = (baseFee?: string, meter = 'mtr_calls'): PlanPrices => ({
  usage: price('pro', meter, { product: 'prod_pro' }),
  ...(baseFee === undefined ? {} : { baseFee }),
});
const changes = (items: Stripe.SubscriptionItem[], plan: PlanPrices) => planItems(items, plan, FEE_KEYS);

const USAGE = { id: 'si_usage', price: 'pro' };

describe('the metered item', () => {
  it('gets the new price', () => expect(changes([basic], target())).toEqual([USAGE]));

  it('gets it on another meter too: there is one metered item before and after', () =>
    expect(changes([basic], target(undefined, 'mtr_other'))).toEqual([USAGE]));

  it('stays where it is on the plan already', () =>
    expect(changes([basic], { usage: price('basic', 'mtr_calls') })).toEqual([]));

  it('is the one on the meter, and a second one on it goes', () => {
    const other = item('si_other', price('other', 'mtr_other'));
    const second = item('si_second', price('old', 'mtr_calls'));
    expect(changes([other, basic, second], target())).toEqual([USAGE, { id: 'si_second', deleted: true }]);
  });

  it('must be there', () => expect(() => changes([addOn], target())).toThrow('no metered item'));
});

describe('the base fee', () => {
  it('is added', () => expect(changes([basic], target('pro_fee'))).toEqual([USAGE, { price: 'pro_fee' }]));

  it('is swapped', () =>
    expect(changes([basicFee, basic], target('pro_fee'))).toEqual([
      USAGE,
      { id: 'si_fee', price: 'pro_fee' },
    ]));

  it('is removed', () =>
    expect(changes([basic, basicFee], target())).toEqual([USAGE, { id: 'si_fee', deleted: true }]));

  it('stays', () =>
    expect(changes([basic, basicFee], { usage: price('basic', 'mtr_calls'), baseFee: 'basic_fee' })).toEqual(
      [],
    ));

  it('is known when another price has taken its lookup key', () => {
    const replaced = item('si_fee', price('old_fee', null, { lookup_key: null, active: false }));
    expect(changes([basic, replaced], target())).toEqual([USAGE, { id: 'si_fee', deleted: true }]);
  });

  it('is not what somebody has added in Stripe', () =>
    expect(changes([basic, addOn], target('pro_fee'))).toEqual([USAGE, { price: 'pro_fee' }]));
});
