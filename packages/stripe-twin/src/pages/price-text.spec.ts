import { expect, it } from '@jest/globals';
import { amounts, day, money, period } from './price-text.js';

type Price = Parameters<typeof amounts>[0];

const METERED: Price = {
  currency: 'usd',
  recurring: {
    interval: 'month',
    interval_count: 1,
    meter: 'mtr_1',
    trial_period_days: null,
    usage_type: 'metered',
  },
  tiers_mode: null,
  transform_quantity: null,
  unit_amount_decimal: '0.5',
};

const TIERS: NonNullable<Price['tiers']> = [
  { up_to: 50, unit_amount: 1000, unit_amount_decimal: '1000', flat_amount: null, flat_amount_decimal: null },
  { up_to: null, unit_amount: 700, unit_amount_decimal: '700', flat_amount: 0, flat_amount_decimal: '0' },
];

it('puts a price by unit and by package into words', () => {
  expect(amounts(METERED, 'call')).toEqual(['$0.005 per call']);
  expect(amounts(METERED)).toEqual(['$0.005 per unit']);
  const packages = { ...METERED, unit_amount_decimal: '1000' };
  expect(amounts({ ...packages, transform_quantity: { divide_by: 1000, round: 'up' } }, 'call')).toEqual([
    '$10.00 per started 1,000 calls',
  ]);
  expect(amounts({ ...packages, transform_quantity: { divide_by: 1000, round: 'down' } }, 'call')).toEqual([
    '$10.00 per full 1,000 calls',
  ]);
});

it('has a line for each tier, and says when one price holds for all', () => {
  expect(amounts({ ...METERED, tiers: TIERS, tiers_mode: 'graduated' }, 'call')).toEqual([
    '1 to 50: $10.00 per call',
    'from 51: $7.00 per call',
  ]);
  expect(amounts({ ...METERED, tiers: TIERS, tiers_mode: 'volume' }, 'call')).toEqual([
    '1 to 50: $10.00 per call, for all of them',
    'from 51: $7.00 per call, for all of them',
  ]);
});

it('says how often, how much and when', () => {
  expect(period(METERED)).toBe('every month');
  expect(period({ recurring: METERED.recurring && { ...METERED.recurring, interval_count: 3 } })).toBe(
    'every 3 months',
  );
  expect(money(123_456, 'eur')).toBe('€1234.56');
  expect(money(500, 'jpy')).toBe('¥500');
  expect(day(Date.UTC(2027, 1, 19, 23, 59) / 1000)).toBe('19 February 2027');
});
