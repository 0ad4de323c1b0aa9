import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { boundary, periodAt } from './billing-period.js';

const at = (text: string): number => Date.parse(`${text}Z`) / 1000;
const text = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

describe('boundary', () => {
  it.each([
    ['2027-01-31T10:00:00', 'month', 1, 1, '2027-02-28T10:00:00'],
    ['2027-01-31T10:00:00', 'month', 1, 2, '2027-03-31T10:00:00'],
    ['2028-01-30T10:00:00', 'month', 1, 1, '2028-02-29T10:00:00'],
    ['2027-11-30T23:59:59', 'month', 3, 1, '2028-02-29T23:59:59'],
    ['2028-02-29T00:00:00', 'year', 1, 1, '2029-02-28T00:00:00'],
    ['2028-02-29T00:00:00', 'year', 1, 4, '2032-02-29T00:00:00'],
    ['2027-03-27T12:00:00', 'week', 2, 1, '2027-04-10T12:00:00'],
    ['2027-03-31T12:00:00', 'month', 1, -1, '2027-02-28T12:00:00'],
  ])('%s and %s × %i, %i times, is at last %s', (anchor, interval, interval_count, n, expected) => {
    expect(text(boundary(at(anchor), { interval, interval_count }, n))).toBe(expected);
  });
});

describe('periodAt', () => {
  const cadence = fc.record({
    interval: fc.constantFrom('day', 'week', 'month', 'year'),
    interval_count: fc.integer({ min: 1, max: 12 }),
  });
  const time = fc.integer({ min: at('2020-01-01T00:00:00'), max: at('2060-01-01T00:00:00') });

  it('holds its time, and meets the next period without a gap', () => {
    fc.assert(
      fc.property(time, time, cadence, (anchor, moment, every) => {
        const { start, end } = periodAt(anchor, every, moment);
        expect(start).toBeLessThanOrEqual(moment);
        expect(moment).toBeLessThan(end);
        expect(periodAt(anchor, every, end).start).toBe(end);
        expect(periodAt(anchor, every, start - 1).end).toBe(start);
      }),
    );
  });
});
