import { expect, it } from '@jest/globals';
import { liveTheYear } from './support/year.js';

const FORM = { customers: 2, months: 2, from: Date.UTC(2028, 0, 30) / 1000, seed: 7 };

/** `… : 12 for 3 calls, should be 34 for 5` */
const amounts = (difference: string | undefined) => {
  const numbers = /: (\d+) for (\d+) calls, should be (\d+) for (\d+)$/.exec(difference ?? '') ?? [];
  const [cents, calls, rightCents, rightCalls] = numbers.slice(1).map(Number);
  return { cents, calls, rightCents, rightCalls };
};
const wrongInvoices = (differences: readonly string[]): string[] =>
  differences.filter((difference) => difference.includes('should be '));

it('a cent too much on the twin’s lines is found, on every invoice with usage', async () => {
  const { differences, misnamed, invoices } = await liveTheYear(FORM, 'cent');
  expect(differences.length).toBeGreaterThanOrEqual(2);
  for (const difference of differences) {
    const { cents = 0, calls, rightCents = 0, rightCalls } = amounts(difference);
    expect(calls).toBe(rightCalls);
    // One cent a line; a graduated price has up to three of them for each stretch.
    expect(cents - rightCents).toBeGreaterThanOrEqual(1);
    expect(cents - rightCents).toBeLessThanOrEqual(6);
  }
  expect(invoices).toBeGreaterThan(differences.length - 1);
  // The reconciliation compares calls: none is missing.
  expect(misnamed).toEqual([]);
});

it('a single call too many that we tell Stripe of is found', async () => {
  const { differences, misnamed } = await liveTheYear(FORM, 'unit');
  const total = /^(\d+) calls are on invoices, and (\d+) were made(?:, of which (\d+) should be on none)?$/;
  const [, billed, made, none = 0] =
    differences.map((difference) => total.exec(difference)).find((found) => found) ?? [];
  expect(Number(billed)).toBe(Number(made) - Number(none) + 1);
  const [wrong, ...more] = wrongInvoices(differences).filter((difference) => !total.test(difference));
  const { calls, rightCalls = 0 } = amounts(wrong);
  expect(calls).toBe(rightCalls + 1);
  expect(more).toEqual([]);
  // And named by the reconciliation, which asks Stripe for its totals.
  expect(misnamed).toEqual([expect.stringMatching(/reconciled as excess/)]);
});

it('usage that is left off an invoice is named by the reconciliation', async () => {
  const { differences, misnamed } = await liveTheYear(FORM, 'line');
  const [wrong, ...more] = wrongInvoices(differences).filter((difference) => / for 0 calls/.test(difference));
  const { rightCalls = 0 } = amounts(wrong);
  expect(rightCalls).toBeGreaterThan(0);
  expect(more).toEqual([]);
  expect(misnamed).toEqual([expect.stringMatching(`reconciled as uninvoiced, ${rightCalls} calls$`)]);
});
