import { expect, it } from '@jest/globals';
import { amountOf } from './decimal-amount.js';

it.each([
  [5, undefined, 5, '5'],
  [0, undefined, 0, '0'],
  [undefined, '0.050', null, '0.05'],
  [undefined, '007.00', 7, '7'],
  [undefined, '0', 0, '0'],
  [undefined, '100', 100, '100'],
  [undefined, undefined, null, null],
])('%p and %p are %p, %p', (whole, decimal, expectedWhole, expectedDecimal) => {
  expect(amountOf(whole, decimal)).toEqual({ whole: expectedWhole, decimal: expectedDecimal });
});
