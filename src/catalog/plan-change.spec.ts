import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chargeFor } from './pricing/charge.js';
import { parseAmount, type Amount } from './amount.js';
import type { BillingPeriod, CatalogPrice, MeterDefinition, Plan } from './catalog.js';
import { comparePlans, reasonsToWait } from './plan-change.js';

const usd = (text: string): Amount => {
  const amount = parseAmount(text, 'usd');
  if (!amount) throw new Error(`${text} is no amount`);
  return amount;
};
const meter = (name: string, more: Partial<MeterDefinition> = {}): MeterDefinition => ({
  name,
  displayName: name,
  eventName: name,
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
  ...more,
});
const METERS = {
  meters: [
    meter('calls'),
    meter('users', { metric: 'unique_users' }),
    meter('peak', { aggregation: 'maximum' }),
    meter('sizes', { metric: 'average_units' }),
    meter('seats', { aggregation: 'most_recent_ever' }),
  ],
};
const MONTH: BillingPeriod = { interval: 'month', count: 1 };
interface Terms {
  fee?: string;
  period?: BillingPeriod;
  meter?: string;
  trialDays?: number;
}
type Model =
  | { amount: string; free?: number }
  | { package: string }
  | { tiers: [upTo: number | 'inf', amount: string, flat?: string][]; volume?: true };

function plan(model: Model, { fee, period = MONTH, meter: name = 'calls', trialDays }: Terms = {}): Plan {
  const terms = { currency: 'usd', billingPeriod: period, meter: name, lookupKey: 'farebox:test' };
  return {
    id: 'test',
    product: { name: 'Test' },
    price: priceOf(terms, model),
    ...(fee === undefined ? {} : { baseFee: { amount: usd(fee), lookupKey: 'farebox:test:base' } }),
    ...(trialDays === undefined ? {} : { trialDays }),
  };
}

function priceOf(
  terms: Pick<CatalogPrice, 'currency' | 'billingPeriod' | 'meter' | 'lookupKey'>,
  model: Model,
): CatalogPrice {
  if ('amount' in model)
    return {
      ...terms,
      model: 'standard',
      unitAmount: usd(model.amount),
      ...(model.free === undefined ? {} : { free: model.free }),
    };
  if ('package' in model)
    return { ...terms, model: 'package', packageAmount: usd(model.package), packageSize: 100 };
  const tiers = model.tiers.map(([upTo, amount, flat]) => ({
    upTo,
    unitAmount: usd(amount),
    ...(flat === undefined ? {} : { flatAmount: usd(flat) }),
  }));
  return { ...terms, model: model.volume ? 'volume' : 'graduated', tiers };
}

const upgrade = (from: Plan, to: Plan): boolean => comparePlans(from, to, METERS).upgrade;
const anew = (from: Plan, to: Plan) => comparePlans(from, to, METERS).startsAnew;

describe('an upgrade', () => {
  it.each<[string, Plan, Plan, boolean]>([
    ['a higher base fee', plan({ amount: '1' }, { fee: '9' }), plan({ amount: '0.1' }, { fee: '10' }), true],
    ['a lower base fee', plan({ amount: '1' }, { fee: '10' }), plan({ amount: '9' }, { fee: '9.99' }), false],
    ['a first base fee', plan({ amount: '1' }), plan({ amount: '0.01' }, { fee: '0.01' }), true],
    ['no base fee any more', plan({ amount: '1' }, { fee: '1' }), plan({ amount: '2' }), false],
    ['dearer units', plan({ amount: '0.10' }), plan({ amount: '0.11' }), true],
    ['units of the same price', plan({ amount: '0.10' }), plan({ amount: '0.1' }), true],
    ['cheaper units', plan({ amount: '0.10' }), plan({ amount: '0.099999999999' }), false],
    ['from an allowance', plan({ amount: '0.10', free: 5 }), plan({ amount: '0.20' }), false],
    ['to packages', plan({ amount: '0.10' }), plan({ package: '99' }), false],
    ['of another meter', plan({ amount: '0.10' }), plan({ amount: '9' }, { meter: 'users' }), false],
  ])('%s: %#', (_name, from, to, expected) => {
    expect(upgrade(from, to)).toBe(expected);
  });

  it.each<[BillingPeriod, string, BillingPeriod, string, number]>([
    [MONTH, '10', { interval: 'year', count: 1 }, '120', 0],
    [MONTH, '10', { interval: 'year', count: 1 }, '119.99', -1],
    [MONTH, '10', { interval: 'year', count: 1 }, '120.01', 1],
    [{ interval: 'month', count: 3 }, '30', { interval: 'month', count: 12 }, '120', 0],
    [{ interval: 'week', count: 2 }, '14', { interval: 'day', count: 1 }, '1', 0],
    [{ interval: 'year', count: 1 }, '365', { interval: 'day', count: 1 }, '1', 0],
    [{ interval: 'year', count: 3 }, '1', { interval: 'year', count: 2 }, '0.67', 1],
    [{ interval: 'year', count: 3 }, '1', { interval: 'year', count: 2 }, '0.66', -1],
  ])('fees of %j %s and %j %s are compared exactly', (period, fee, otherPeriod, otherFee, sign) => {
    // Packages: where fees are the same it is no upgrade, so that the fee alone decides.
    const [from, to] = [
      plan({ package: '1' }, { fee, period }),
      plan({ package: '1' }, { fee: otherFee, period: otherPeriod }),
    ];
    expect([upgrade(from, to), upgrade(to, from)]).toEqual([sign > 0, sign < 0]);
  });
});

describe('what would start anew', () => {
  it.each<[Model, Terms, string[]]>([
    [{ amount: '1' }, {}, []],
    [{ amount: '1', free: 5 }, {}, ['has a free allowance']],
    [{ package: '1' }, {}, ['charges for started packages']],
    [{ tiers: [['inf', '1']] }, {}, ['has tiers']],
    [{ tiers: [['inf', '1', '5']], volume: true }, {}, ['has tiers', 'has flat fees']],
    [{ amount: '1' }, { meter: 'users' }, ['counts users once in a period']],
    [{ amount: '1' }, { meter: 'peak' }, ['charges for the peak of a period']],
    [{ amount: '1' }, { meter: 'sizes' }, ['charges for the average of a period']],
    [{ amount: '1' }, { meter: 'seats' }, ['charges for the last value of a period']],
  ])('%j %j', (model, terms, expected) => {
    expect(anew(plan({ amount: '1' }, terms), plan(model, terms))).toEqual(expected);
  });

  it('a meter that the former price does not read has nothing to start anew', () => {
    expect(anew(plan({ amount: '1' }), plan({ amount: '1' }, { meter: 'peak' }))).toEqual([]);
  });
});

it.each<[BillingPeriod, BillingPeriod, boolean]>([
  [MONTH, MONTH, false],
  [{ interval: 'month', count: 12 }, { interval: 'year', count: 1 }, false],
  [{ interval: 'week', count: 1 }, { interval: 'day', count: 7 }, false],
  [MONTH, { interval: 'year', count: 1 }, true],
  [MONTH, { interval: 'day', count: 30 }, true],
])('%j and %j are periods of other lengths: %j', (period, other, expected) => {
  const [from, to] = [plan({ amount: '1' }, { period }), plan({ amount: '1' }, { period: other })];
  expect(comparePlans(from, to, METERS).otherPeriod).toBe(expected);
});

describe('whether a change waits for the end of the period', () => {
  const used = { trialing: false, unused: false };
  const allowance = plan({ amount: '0.10', free: 20 });
  const plain = plan({ amount: '0.10' });
  const fee = plan({ amount: '0.01' }, { fee: '99' });

  it.each<[string, Plan, Plan, object, string[]]>([
    ['an upgrade', plain, fee, {}, []],
    ['a downgrade', fee, plain, {}, ['is no upgrade']],
    ['to an allowance', plain, allowance, {}, ['is no upgrade', 'has a free allowance']],
    ['to an allowance, unused', plain, allowance, { unused: true }, []],
    ['from a base fee, unused', fee, plain, { unused: true }, ['is no upgrade']],
    ['from a base fee, in its trial', fee, plain, { trialing: true }, []],
    [
      'to a shorter trial, in a trial',
      plan({ amount: '1' }, { trialDays: 30 }),
      plan({ amount: '9' }, { trialDays: 7, fee: '99' }),
      { trialing: true },
      ['has a shorter trial'],
    ],
  ])('%s', (_name, from, to, circumstances, expected) => {
    expect(reasonsToWait(from, to, METERS, { ...used, ...circumstances })).toEqual(expected);
  });

  const amounts = fc.integer({ min: 0, max: 500 }).map((cents) => (cents / 100).toFixed(2));
  const models: fc.Arbitrary<Model> = fc.oneof(
    fc.record({ amount: amounts }),
    fc.record({ amount: amounts, free: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ package: amounts }),
    fc
      .tuple(fc.integer({ min: 1, max: 50 }), amounts, amounts, fc.boolean())
      .map(([upTo, one, other, volume]): Model => ({
        tiers: [
          [upTo, one],
          ['inf', other],
        ],
        ...(volume ? { volume: true } : {}),
      })),
  );
  const withoutFee = models.map((model) => plan(model));
  const units = fc.integer({ min: 1, max: 200 });
  const cost = ({ price }: Plan, count: number): bigint =>
    chargeFor(price as CatalogPrice, BigInt(count)).minorUnits;

  it('nobody pays less by flipping between two plans without a base fee than by staying on one of them', () => {
    fc.assert(
      fc.property(
        withoutFee,
        withoutFee,
        fc.array(units, { minLength: 1, maxLength: 6 }),
        (one, other, parts) => {
          // Each part is used after a wish for the other plan, which is made at once only where it may be.
          let current = one;
          let paid = 0n;
          let [count, all] = [0, 0];
          for (const part of parts) {
            const wanted = current === one ? other : one;
            if (reasonsToWait(current, wanted, METERS, { trialing: false, unused: all === 0 }).length === 0) {
              paid += count === 0 ? 0n : cost(current, count);
              current = wanted;
              count = 0;
            }
            count += part;
            all += part;
          }
          paid += cost(current, count);
          const [staying, going] = [cost(one, all), cost(other, all)];
          expect(paid >= (staying < going ? staying : going)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('no two plans with a difference are upgrades of each other', () => {
    const any = fc
      .tuple(models, fc.option(amounts, { nil: undefined }))
      .map(([model, amount]) => plan(model, amount === undefined ? {} : { fee: amount }));
    fc.assert(
      fc.property(any, any, (one, other) => {
        if (upgrade(one, other) && upgrade(other, one))
          expect(JSON.stringify(one.price, bigints)).toBe(JSON.stringify(other.price, bigints));
      }),
    );
  });
});

const bigints = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
