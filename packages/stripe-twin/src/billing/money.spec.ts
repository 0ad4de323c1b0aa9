import { expect, it } from '@jest/globals';
import { priceText, rounded, scaled, share } from './money.js';

it.each([
  ['0.4999999999999'.slice(0, 14), 0n],
  ['0.5', 1n],
  ['1.5', 2n],
  ['2.5', 3n],
  ['-0.5', -1n],
  ['-0.499', 0n],
  ['99999999999999.000000000001', 99_999_999_999_999n],
])('%s is rounded to %s', (decimal, expected) => {
  expect(rounded(scaled(decimal))).toBe(expected);
});

it('parts of an amount are exact, and rounded once', () => {
  expect(share(1000n, 1n, 3n)).toBe(333n);
  expect(share(1000n, 2n, 3n)).toBe(667n);
  expect(share(-1000n, 2n, 3n)).toBe(-667n);
  expect(share(1n, 1n, 2n)).toBe(1n);
});

it.each(['', '.5', '1e3', '1.0000000000001', 'NaN'])('%p is no decimal', (text) => {
  expect(() => scaled(text)).toThrow('no decimal');
});

it('prices for people', () => {
  expect(priceText('5', 'usd')).toBe('$0.05');
  expect(priceText('0.125', 'usd')).toBe('$0.00125');
  expect(priceText('12345', 'eur')).toBe('€123.45');
  expect(priceText('500', 'jpy')).toBe('¥500');
  expect(priceText('0.5', 'jpy')).toBe('¥0.5');
});
