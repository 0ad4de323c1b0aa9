import { describe, expect, it } from '@jest/globals';
import { parseAmount, type Plan } from '../../catalog/index.js';
import type { UsageGroup } from '../meters/index.js';
import { revenueOf } from './revenue.js';

const amount = (text: string, currency: string) => {
  const parsed = parseAmount(text, currency);
  if (!parsed) throw new Error(text);
  return parsed;
};

function plan(id: string, currency: string, unit: string, more: Partial<Plan> = {}): Plan {
  return {
    id,
    product: { name: id.toUpperCase() },
    price: {
      model: 'standard',
      currency,
      billingPeriod: { interval: 'month', count: 1 },
      meter: 'calls',
      lookupKey: id,
      unitAmount: amount(unit, currency),
    },
    ...more,
  };
}

const group = (id: string, units: bigint, accounts: number, status: UsageGroup['status'] = 'active') => ({
  plan: id,
  status,
  units,
  accounts,
});

describe('revenue', () => {
  it('rounds account by account, as invoices do', () => {
    // 30 × 0.05 cents is 1.5 cents, which an invoice rounds to 2: for three accounts 6, and not 4.5.
    const { plans, totals } = revenueOf([plan('a', 'usd', '0.0005')], [group('a', 30n, 3)]);
    expect(plans).toMatchObject([
      { accounts: 3, units: '90', usage: '0.06', baseFees: '0.00', total: '0.06' },
    ]);
    expect(totals).toEqual([{ currency: 'usd', total: '0.06' }]);
  });

  it('is exact beyond what a double holds, and adds base fees', () => {
    const fee = { baseFee: { amount: amount('9.99', 'usd'), lookupKey: 'fee' } };
    const { plans } = revenueOf([plan('a', 'usd', '0.01', fee)], [group('a', 9_007_199_254_740_993n, 1)]);
    expect(plans).toMatchObject([
      { usage: '90071992547409.93', baseFees: '9.99', total: '90071992547419.92' },
    ]);
  });

  it('keeps currencies apart, and charges neither trials nor what has ended', () => {
    const { plans, totals } = revenueOf(
      [plan('a', 'usd', '1.00'), plan('b', 'jpy', '5')],
      [
        group('a', 2n, 1),
        group('a', 7n, 2, 'trialing'),
        group('a', 9n, 1, 'canceled'),
        group('b', 3n, 1, 'past_due'),
      ],
    );
    expect(plans).toMatchObject([
      { plan: 'a', name: 'A', accounts: 1, trialing: 2, units: '2', total: '2.00' },
      { plan: 'b', currency: 'jpy', total: '15' },
    ]);
    expect(totals).toEqual([
      { currency: 'usd', total: '2.00' },
      { currency: 'jpy', total: '15' },
    ]);
  });

  it('knows nothing of prices made elsewhere and of plans that are gone, and says so', () => {
    const elsewhere: Plan = { ...plan('a', 'usd', '1'), price: { stripePriceId: 'price_1', meter: 'calls' } };
    const { plans, totals } = revenueOf([elsewhere], [group('a', 4n, 1), group('gone', 5n, 2)]);
    expect(plans).toEqual([
      expect.objectContaining({ plan: 'a', name: 'A', accounts: 1, units: '4', currency: null, total: null }),
      expect.objectContaining({
        plan: 'gone',
        name: null,
        accounts: 2,
        units: '10',
        usage: null,
        total: null,
      }),
    ]);
    expect(totals).toEqual([]);
  });
});
