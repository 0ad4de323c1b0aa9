import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Amount, type CatalogPrice, chargeFor, parseAmount, type Tier } from '../../../catalog/index.js';
import { latePrice } from './late-bill-store.js';

const money = (text: string): Amount => {
  const amount = parseAmount(text, 'usd');
  if (!amount) throw new Error(`${text} is no amount`);
  return amount;
};
const terms = {
  currency: 'usd',
  billingPeriod: { interval: 'month', count: 1 } as const,
  meter: 'calls',
  lookupKey: 'farebox:test',
};
const standard = (amount: string, free?: number): CatalogPrice => ({
  ...terms,
  model: 'standard',
  unitAmount: money(amount),
  ...(free === undefined ? {} : { free }),
});
const tiered = (model: 'graduated' | 'volume', tiers: Tier[]): CatalogPrice => ({ ...terms, model, tiers });
const step = (upTo: number | 'inf', unit: string, flat?: string): Tier => ({
  upTo,
  unitAmount: money(unit),
  ...(flat === undefined ? {} : { flatAmount: money(flat) }),
});
const STEPS = [step(2, '1.00', '5.00'), step(3, '0.50', '1.00'), step('inf', '0.25')];

describe('what late units cost, in cents', () => {
  it.each<[string, CatalogPrice, bigint, bigint, bigint]>([
    ['by the unit', standard('0.10'), 7n, 4n, 30n],
    ['within the free ones', standard('0.10', 10), 9n, 4n, 0n],
    ['over the free ones', standard('0.10', 10), 13n, 8n, 30n],
    [
      'within a package that was begun',
      { ...terms, model: 'package', packageAmount: money('10'), packageSize: 5 },
      5n,
      1n,
      0n,
    ],
    [
      'that begin a package',
      { ...terms, model: 'package', packageAmount: money('10'), packageSize: 5 },
      6n,
      5n,
      1_000n,
    ],
    ['graduated, within a tier', tiered('graduated', STEPS), 2n, 1n, 100n],
    ['graduated, over two ends with a flat fee', tiered('graduated', STEPS), 4n, 1n, 275n],
    [
      'graduated, of a period without any use: its first fee was billed',
      tiered('graduated', STEPS),
      1n,
      0n,
      100n,
    ],
    ['by volume', tiered('volume', [step(3, '1.00'), step('inf', '0.90')]), 5n, 2n, 250n],
    [
      'by volume, when more cost less',
      tiered('volume', [step(3, '1.00'), step('inf', '0.50')]),
      4n,
      3n,
      -100n,
    ],
    ['taken back', standard('0.10'), 4n, 7n, -30n],
    ['below none', standard('0.10'), -3n, 2n, -20n],
  ])('%s', (_, price, used, billed, cents) => {
    expect(latePrice(price, used, billed)).toBe(cents);
  });

  it('is the difference of what invoices charge, and not the price of the difference', () => {
    // 5 units are 52.5 cents, billed as 53; 3 are 31.5, billed as 32. Two alone would be 21.
    expect(latePrice(standard('0.105'), 5n, 3n)).toBe(21n);
    // 4 are 42, 3 are 32: one alone would be 11.
    expect(latePrice(standard('0.105'), 4n, 3n)).toBe(10n);
    expect(latePrice(standard('0.004'), 2n, 1n)).toBe(1n);
  });

  it('however often it becomes late, all of it together costs what one invoice would have charged', () => {
    const prices = [
      standard('0.105'),
      standard('0.0333', 7),
      tiered('graduated', STEPS),
      tiered('volume', STEPS),
    ];
    const units = fc.array(fc.bigInt({ min: -20n, max: 50n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.constantFrom(...prices),
        fc.bigInt({ min: 0n, max: 40n }),
        units,
        (price, told, late) => {
          let billed = told;
          let charged = chargeFor(price, told).minorUnits;
          for (const more of late) {
            charged += latePrice(price, billed + more, billed);
            billed += more;
          }
          expect(charged).toBe(chargeFor(price, billed).minorUnits);
        },
      ),
    );
  });
});
