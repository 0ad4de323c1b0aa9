import { expect, it } from '@jest/globals';
import { liveTheYear } from './support/year.js';

const FORM = { customers: 2, months: 2, from: Date.UTC(2028, 0, 30) / 1000, seed: 7 };

it('a cent too much on the twin’s lines is found, on every invoice with usage', async () => {
  const { differences, invoices } = await liveTheYear(FORM, 'cent');
  expect(differences.length).toBeGreaterThanOrEqual(2);
  for (const difference of differences) {
    const [, actual, billed, expected, made] =
      /: (\d+) for (\d+) calls, should be (\d+) for (\d+)$/.exec(difference) ?? [];
    expect(billed).toBe(made);
    // One cent a line; a graduated price has up to three of them for each stretch.
    expect(Number(actual) - Number(expected)).toBeGreaterThanOrEqual(1);
    expect(Number(actual) - Number(expected)).toBeLessThanOrEqual(6);
  }
  expect(invoices).toBeGreaterThan(differences.length - 1);
});

it('a single call too many that we tell Stripe of is found', async () => {
  const { differences, calls } = await liveTheYear(FORM, 'unit');
  expect(differences).toContain(`${calls + 1} calls are on invoices, and ${calls} were made`);
  const [wrong, ...more] = differences.filter((difference) => difference.includes('should be'));
  const [, billed, made] = / for (\d+) calls, should be \d+ for (\d+)$/.exec(wrong ?? '') ?? [];
  expect(Number(billed)).toBe(Number(made) + 1);
  expect(more).toEqual([]);
});
