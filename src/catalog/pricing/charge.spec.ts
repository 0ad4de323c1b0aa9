import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountOfMinorUnits, parseAmount, type Amount } from '../amount.js';
import type { CatalogPrice, Tier } from '../catalog.js';
import { chargeFor } from './charge.js';
import { chargeTable } from './charge-table.js';

const money = (text: string, currency = 'usd'): Amount => {
  const amount = parseAmount(text, currency);
  if (!amount) throw new Error(`${text} is no amount`);
  return amount;
};
const terms = (currency = 'usd') => ({
  currency,
  billingPeriod: { interval: 'month', count: 1 } as const,
  meter: 'calls',
  lookupKey: 'farebox:test',
});
const standard = (amount: string, currency = 'usd', free?: number): CatalogPrice => ({
  ...terms(currency),
  model: 'standard',
  unitAmount: money(amount, currency),
  ...(free === undefined ? {} : { free }),
});
const packaged = (amount: string, packageSize: number): CatalogPrice => ({
  ...terms(),
  model: 'package',
  packageAmount: money(amount),
  packageSize,
});
type Step = [upTo: number | 'inf', amount: string, flat?: string];
const tiers = (steps: Step[]): Tier[] =>
  steps.map(([upTo, amount, flat]) => ({
    upTo,
    unitAmount: money(amount),
    ...(flat === undefined ? {} : { flatAmount: money(flat) }),
  }));
const graduated = (steps: Step[], free?: number): CatalogPrice => ({
  ...terms(),
  model: 'graduated',
  tiers: tiers(steps),
  ...(free === undefined ? {} : { free }),
});
const volume = (steps: Step[]): CatalogPrice => ({ ...terms(), model: 'volume', tiers: tiers(steps) });
const costs = (price: CatalogPrice, units: bigint | number): bigint =>
  chargeFor(price, BigInt(units)).minorUnits;

/** https://docs.stripe.com/subscriptions/pricing-models/tiered-pricing: 7, 6.50 and 6 USD a font. */
const FONTS: Step[] = [
  [5, '7'],
  [10, '6.5'],
  ['inf', '6'],
];

describe("Stripe's published examples", () => {
  it.each([
    [1, 700n],
    [5, 3_500n],
    [6, 3_900n],
    [20, 12_000n],
    [25, 15_000n],
  ])('volume: %d fonts', (units, cents) => {
    expect(costs(volume(FONTS), units)).toBe(cents);
  });

  it.each([
    [1, 700n],
    [5, 3_500n],
    [6, 4_150n],
    [20, 12_750n],
    [25, 15_750n],
  ])('graduated: %d fonts', (units, cents) => {
    expect(costs(graduated(FONTS), units)).toBe(cents);
  });

  it('decimal amounts: 30 × 0.05 cents is 1.5, rounded up to 2 cents', () => {
    expect(costs(standard('0.0005'), 30)).toBe(2n);
  });

  it('a line of an invoice that Stripe made: 1,000 at nothing, then 31 × 3.6 cents = 1.12 USD', () => {
    const lines = chargeFor(standard('0.036', 'usd', 1_000), 1_031n).lines;
    expect(lines.map(({ quantity, minorUnits }) => [quantity, minorUnits])).toEqual([
      [1_000n, 0n],
      [31n, 112n],
    ]);
  });

  it('overage: 1,000 for nothing, 0.04 USD each beyond', () => {
    const price = graduated([
      [1_000, '0'],
      ['inf', '0.04'],
    ]);
    expect([0, 1_000, 1_001, 2_000].map((units) => costs(price, units))).toEqual([0n, 0n, 4n, 4_000n]);
  });
});

describe("the tutorial's examples", () => {
  it('packages of 1,000 at 10 USD: every started one', () => {
    const price = packaged('10', 1_000);
    expect([0, 1, 999, 1_000, 1_001, 2_000, 2_001].map((units) => costs(price, units))).toEqual([
      0n,
      1_000n,
      1_000n,
      1_000n,
      2_000n,
      2_000n,
      3_000n,
    ]);
  });

  it('graduated: 10.00 each for 100, 5.00 each for the next 50', () => {
    const price = graduated([
      [100, '10'],
      [150, '5'],
      ['inf', '2.5'],
    ]);
    expect([0, 1, 100, 101, 150, 151].map((units) => costs(price, units))).toEqual([
      0n,
      1_000n,
      100_000n,
      100_500n,
      125_000n,
      125_250n,
    ]);
  });

  it('volume: 10.00 each up to 50, 7.00 each up to 100; more may cost less', () => {
    const price = volume([
      [50, '10'],
      [100, '7'],
      ['inf', '5'],
    ]);
    expect([0, 1, 50, 51, 100, 101].map((units) => costs(price, units))).toEqual([
      0n,
      1_000n,
      50_000n,
      35_700n,
      70_000n,
      50_500n,
    ]);
  });
});

describe('the edges', () => {
  it('half of the smallest coin is rounded up, less is dropped', () => {
    expect(costs(standard('0.005'), 1)).toBe(1n);
    expect(costs(standard('0.00499999999999'), 1)).toBe(0n);
  });

  it('is rounded per line, not per unit and not once at the end', () => {
    expect(costs(standard('0.004'), 10)).toBe(4n);
    const price = graduated([
      [1, '0.004'],
      ['inf', '0.004'],
    ]);
    expect(costs(price, 2)).toBe(0n);
  });

  it('a huge quantity of the smallest amount is exact', () => {
    expect(costs(standard('0.00000000000001'), 10n ** 12n)).toBe(1n);
    expect(costs(standard('0.00000000000001'), 10n ** 30n + 5n * 10n ** 11n)).toBe(10n ** 18n + 1n);
  });

  it('currencies without and with three decimals', () => {
    expect(costs(standard('7', 'jpy'), 3)).toBe(21n);
    expect(costs(standard('0.5', 'jpy'), 3)).toBe(2n);
    expect(costs(standard('0.0125', 'kwd'), 1)).toBe(13n);
  });

  it('flat fees: the first without any use, a later one when its tier is reached', () => {
    const price = graduated([
      [10, '1', '5'],
      ['inf', '0.5', '2'],
    ]);
    expect([0, 1, 10, 11].map((units) => costs(price, units))).toEqual([500n, 600n, 1_500n, 1_750n]);
    const byVolume = volume([
      [10, '0', '5'],
      ['inf', '0', '20'],
    ]);
    expect([0, 10, 11].map((units) => costs(byVolume, units))).toEqual([500n, 500n, 2_000n]);
  });

  it('a free allowance comes before the tiers and moves none of their ends', () => {
    const price = graduated(
      [
        [10, '1', '5'],
        ['inf', '0.5'],
      ],
      4,
    );
    expect([0, 4, 5, 10, 11].map((units) => costs(price, units))).toEqual([0n, 0n, 600n, 1_100n, 1_150n]);
  });

  it('a base fee stands beside the usage; less than no usage is none', () => {
    const baseFee = { amount: money('20'), lookupKey: 'farebox:test:base' };
    expect(chargeFor(standard('0.10'), -3n, baseFee)).toMatchObject({ quantity: 0n, minorUnits: 2_000n });
    expect(chargeFor(standard('0.10'), 3n, baseFee).minorUnits).toBe(2_030n);
  });
});

describe('for any tiers', () => {
  const steps = fc
    .array(
      fc.record({ size: fc.integer({ min: 1, max: 1_000 }), pico: fc.bigInt({ min: 0n, max: 10n ** 16n }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((list): Tier[] => {
      let upTo = 0;
      return list.map(({ size, pico }, index) => {
        upTo += size;
        return {
          upTo: index === list.length - 1 ? 'inf' : upTo,
          unitAmount: { picoMinorUnits: pico, currency: 'usd' },
          ...(pico % 3n === 0n ? { flatAmount: amountOfMinorUnits(pico % 1_000n, 'usd') } : {}),
        };
      });
    });
  const units = fc.bigInt({ min: 0n, max: 10_000n });

  it('a graduated price never falls with more units', () => {
    fc.assert(
      fc.property(steps, units, units, (list, a, b) => {
        const price: CatalogPrice = { ...terms(), model: 'graduated', tiers: list };
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(costs(price, less) <= costs(price, more)).toBe(true);
      }),
    );
  });

  it('the lines add up to the total, and their units to the quantity', () => {
    fc.assert(
      fc.property(
        steps,
        units,
        fc.constantFrom('graduated' as const, 'volume' as const),
        (list, n, model) => {
          const charge = chargeFor({ ...terms(), model, tiers: list }, n);
          const usage = charge.lines.filter(({ kind }) => kind === 'units');
          expect(charge.lines.reduce((sum, line) => sum + line.minorUnits, 0n)).toBe(charge.minorUnits);
          expect(usage.reduce((sum, line) => sum + line.quantity, 0n)).toBe(n);
        },
      ),
    );
  });

  it('one tier costs the same in both models', () => {
    fc.assert(
      fc.property(units, fc.bigInt({ min: 0n, max: 10n ** 15n }), (n, pico) => {
        const one: Tier[] = [{ upTo: 'inf', unitAmount: { picoMinorUnits: pico, currency: 'usd' } }];
        expect(costs({ ...terms(), model: 'graduated', tiers: one }, n)).toBe(
          costs({ ...terms(), model: 'volume', tiers: one }, n),
        );
      }),
    );
  });
});

it('is a table for people', () => {
  const price = graduated([
    [1_000, '0.10', '5'],
    ['inf', '0.0005'],
  ]);
  const baseFee = { amount: money('20'), lookupKey: 'farebox:test:base' };
  expect(chargeTable(chargeFor(price, 1_030n, baseFee))).toBe(
    [
      'base fee                           1  ×  20.00    =   20.00',
      'tier 1 (1 to 1,000)            1,000  ×   0.10    =  100.00',
      'tier 1 (1 to 1,000), flat fee      1  ×   5.00    =    5.00',
      'tier 2 (from 1,001)               30  ×   0.0005  =    0.02',
      'total                                                125.02 USD',
    ].join('\n'),
  );
});
