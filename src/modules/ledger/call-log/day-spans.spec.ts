import { expect, it } from '@jest/globals';
import { daySpans } from './day-spans.js';

const today = '2026-11-28';

it('without bounds: the newest eight days, then ever more, the first without an end, the last without a beginning', () => {
  expect(daySpans({ from: undefined, to: undefined, today })).toEqual([
    { from: '2026-11-21' },
    { from: '2026-10-20', to: '2026-11-20' },
    { from: '2026-06-14', to: '2026-10-19' },
    { to: '2026-06-13' },
  ]);
});

it.each([
  ['2026-11-25', undefined, [{ from: '2026-11-25' }]],
  ['2026-11-21', undefined, [{ from: '2026-11-21' }]],
  ['2026-11-20', undefined, [{ from: '2026-11-21' }, { from: '2026-11-20', to: '2026-11-20' }]],
  ['2026-03-01', '2026-03-05', [{ from: '2026-03-01', to: '2026-03-05' }]],
  [
    '2026-03-01',
    '2026-03-10',
    [
      { from: '2026-03-03', to: '2026-03-10' },
      { from: '2026-03-01', to: '2026-03-02' },
    ],
  ],
  ['2026-12-25', undefined, [{ from: '2026-12-25' }]],
  ['2026-03-02', '2026-03-01', []],
])('from %s to %s', (from, to, spans) => {
  expect(daySpans({ from, to, today })).toEqual(spans);
});
