import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CycleRule, missedCycles, nthCycle } from './billing-cycles.js';

const at = (text: string): Date => new Date(text.length === 10 ? `${text}T00:00:00Z` : `${text}Z`);
const rule = (anchor: string, interval: CycleRule['interval'], count = 1): CycleRule => ({
  anchor: at(anchor),
  interval,
  count,
});
const days = (dates: Date[]): string[] => dates.map((date) => date.toISOString().slice(0, 10));

describe('the nth cycle', () => {
  const starts = (given: CycleRule, ...numbers: number[]) => days(numbers.map((n) => nthCycle(given, n)));

  it('of the 31st begins on the last day of shorter months, and on the 31st again after them', () => {
    expect(starts(rule('2026-01-31', 'month'), 0, 1, 2, 3, 4, 13)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
      '2027-02-28',
    ]);
  });

  it('of 29 February begins on the 28th in years without it', () => {
    expect(starts(rule('2028-02-29', 'year'), 0, 1, 2, 3, 4)).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ]);
    expect(starts(rule('2028-02-29', 'month'), 1, 12)).toEqual(['2028-03-29', '2029-02-28']);
  });

  it('of weeks, days and several months', () => {
    expect(starts(rule('2026-10-30', 'week'), 1, 2)).toEqual(['2026-11-06', '2026-11-13']);
    expect(starts(rule('2026-02-27', 'day', 3), 1, 2)).toEqual(['2026-03-02', '2026-03-05']);
    expect(starts(rule('2025-11-30', 'month', 3), 1, 2, 4)).toEqual([
      '2026-02-28',
      '2026-05-30',
      '2026-11-30',
    ]);
  });

  it('before the anchor, and at its time of day', () => {
    expect(starts(rule('2026-03-31', 'month'), -1, -13)).toEqual(['2026-02-28', '2025-02-28']);
    expect(nthCycle(rule('2026-01-31T10:20:30', 'month'), 1)).toEqual(at('2026-02-28T10:20:30'));
  });
});

describe('cycles that were missed', () => {
  const missed = (from: string, to: string, given: CycleRule) =>
    missedCycles(at(from), at(to), given).map(({ start, end }) => days([start, end]).join(' '));

  it('are none when nothing was', () => {
    expect(missed('2026-03-01', '2026-03-01', rule('2026-01-01', 'month'))).toEqual([]);
    expect(missed('2026-03-02', '2026-03-01', rule('2026-01-01', 'month'))).toEqual([]);
  });

  it('are divided as the provider divides them', () => {
    expect(missed('2026-01-31', '2026-04-30', rule('2025-12-31', 'month'))).toEqual([
      '2026-01-31 2026-02-28',
      '2026-02-28 2026-03-31',
      '2026-03-31 2026-04-30',
    ]);
    expect(missed('2026-10-30', '2026-11-13', rule('2026-01-02', 'week'))).toEqual([
      '2026-10-30 2026-11-06',
      '2026-11-06 2026-11-13',
    ]);
    expect(missed('2026-02-28', '2026-08-30', rule('2025-11-30', 'month', 3))).toEqual([
      '2026-02-28 2026-05-30',
      '2026-05-30 2026-08-30',
    ]);
  });

  it('begin where the one before ended, though that is no boundary of theirs', () => {
    expect(missed('2026-01-15', '2026-03-01', rule('2026-01-01', 'month'))).toEqual([
      '2026-01-15 2026-02-01',
      '2026-02-01 2026-03-01',
    ]);
  });

  it('of any rule leave no gap, do not overlap and have a length', () => {
    const moment = fc.date({ min: at('2020-01-01'), max: at('2030-01-01'), noInvalidDate: true });
    const rules = fc.record({
      anchor: moment,
      interval: fc.constantFrom<CycleRule['interval']>('day', 'week', 'month', 'year'),
      count: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 500 * 86_400_000 }), rules, (from, length, given) => {
        const to = new Date(from.getTime() + length);
        const cycles = missedCycles(from, to, given);
        expect(cycles[0]?.start).toEqual(from);
        expect(cycles.at(-1)?.end).toEqual(to);
        cycles.forEach(({ start, end }, index) => {
          expect(end.getTime()).toBeGreaterThan(start.getTime());
          if (index > 0) expect(start).toEqual(cycles[index - 1]?.end);
        });
        // Each boundary of the rule that lies between is one of theirs, and there is no other.
        let n = 0;
        while (nthCycle(given, n) > from) n--;
        while (nthCycle(given, n) <= from) n++;
        const starts = [from];
        for (; nthCycle(given, n) < to; n++) starts.push(nthCycle(given, n));
        expect(cycles.map(({ start }) => start)).toEqual(starts);
      }),
      { numRuns: 300 },
    );
  });
});
