import { expect, it } from '@jest/globals';
import { median, percentile, spread } from '../../bench/support/statistics.js';

it('the median is the middle value, of two the lower, and leaves the list as it was', () => {
  const values = [30, 4, 100];
  expect(median(values)).toBe(30);
  expect(median([9, 1])).toBe(1);
  expect(values).toEqual([30, 4, 100]);
});

it('a percentile is a value that occurred: the smallest that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
});

it('of nothing there is no median and no percentile', () => {
  expect(median([])).toBeNaN();
  expect(percentile([], 0.99)).toBeNaN();
});

it('the spread compares numbers, not their digits', () => {
  expect(spread([20, 3, 100])).toEqual([3, 100]);
});
