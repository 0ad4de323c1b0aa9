import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { rate, total } from './rating.js';

type Terms = Parameters<typeof rate>[0];

const base: Terms = {
  currency: 'usd',
  recurring: {
    interval: 'month',
    interval_count: 1,
    meter: null,
    trial_period_days: null,
    usage_type: 'metered',
  },
  tiers_mode: null,
  transform_quantity: null,
  unit_amount_decimal: null,
};

function tier(
  up_to: number | null,
  unit: string,
  flat: string | null = null,
): NonNullable<Terms['tiers']>[0] {
  return {
    flat_amount: null,
    flat_amount_decimal: flat,
    unit_amount: null,
    unit_amount_decimal: unit,
    up_to,
  };
}

const cost = (terms: Partial<Terms>, quantity: bigint): bigint =>
  total(rate({ ...base, ...terms }, quantity));

it('standard, whole and decimal, rounded once for the line', () => {
  expect(cost({ unit_amount_decimal: '10' }, 7n)).toBe(70n);
  expect(cost({ unit_amount_decimal: '0.05' }, 9n)).toBe(0n);
  expect(cost({ unit_amount_decimal: '0.05' }, 10n)).toBe(1n);
  expect(cost({ unit_amount_decimal: '0.000000000001' }, 10n ** 15n)).toBe(1000n);
  expect(cost({ unit_amount_decimal: '10' }, -7n)).toBe(0n);
});

it('packages, begun or full', () => {
  const unit_amount_decimal = '1000';
  const up = { unit_amount_decimal, transform_quantity: { divide_by: 60, round: 'up' } };
  const down = { unit_amount_decimal, transform_quantity: { divide_by: 60, round: 'down' } };
  expect([0n, 1n, 60n, 61n].map((quantity) => cost(up, quantity))).toEqual([0n, 1000n, 1000n, 2000n]);
  expect([59n, 60n, 119n].map((quantity) => cost(down, quantity))).toEqual([0n, 1000n, 1000n]);
});

describe('tiers', () => {
  const tiers = [tier(100, '5', '1000'), tier(200, '2.5', '300'), tier(null, '1')];

  it.each([
    [0n, 1000n],
    [100n, 1500n],
    [101n, 1500n + 3n + 300n],
    [200n, 1500n + 250n + 300n],
    [1200n, 1500n + 250n + 300n + 1000n],
  ])('graduated, %s units', (quantity, expected) => {
    expect(cost({ tiers, tiers_mode: 'graduated' }, quantity)).toBe(expected);
  });

  it.each([
    [0n, 1000n],
    [100n, 1500n],
    [101n, 253n + 300n],
    [200n, 800n],
    [201n, 201n],
  ])('volume, %s units', (quantity, expected) => {
    expect(cost({ tiers, tiers_mode: 'volume' }, quantity)).toBe(expected);
  });

  it('a line for each tier and for each fee', () => {
    const parts = rate({ ...base, tiers, tiers_mode: 'graduated' }, 101n);
    expect(parts.map(({ quantity, amount, label }) => [quantity, amount, label])).toEqual([
      [100n, 500n, '(Tier 1 at $0.05 / month)'],
      [1n, 1000n, '(Tier 1 flat fee)'],
      [1n, 3n, '(Tier 2 at $0.025 / month)'],
      [1n, 300n, '(Tier 2 flat fee)'],
    ]);
  });
});

it('graduated tiers cost what the units cost one by one', () => {
  const tierLists = fc
    .array(fc.record({ size: fc.integer({ min: 1, max: 20 }), unit: fc.nat(50), flat: fc.nat(100) }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => {
      let end = 0;
      return parts.map(({ size, unit, flat }, i) =>
        tier(i === parts.length - 1 ? null : (end += size), String(unit), String(flat)),
      );
    });
  fc.assert(
    fc.property(tierLists, fc.integer({ min: 0, max: 120 }), (tiers, quantity) => {
      const reached = new Set(tiers.slice(0, 1));
      let expected = 0;
      for (let unit = 1; unit <= quantity; unit++) {
        const of = tiers.find(({ up_to }) => up_to === null || unit <= up_to);
        if (!of) throw new Error('No tier');
        reached.add(of);
        expected += Number(of.unit_amount_decimal);
      }
      for (const { flat_amount_decimal } of reached) expected += Number(flat_amount_decimal);
      expect(cost({ tiers, tiers_mode: 'graduated' }, BigInt(quantity))).toBe(BigInt(expected));
    }),
  );
});
