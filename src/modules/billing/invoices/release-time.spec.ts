import { expect, it } from '@jest/globals';
import { releaseTime } from './release-time.js';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 3, 1) + minutes * 60_000);
const draft = (finalizesAt: number | null) => ({
  createdAt: at(0),
  finalizesAt: finalizesAt === null ? null : at(finalizesAt),
});

it.each([
  ['the natural time of the draft', 60, 1, 60],
  ['a later natural time, after a longer grace period', 72 * 60, 1, 72 * 60],
  ['an hour after it was made, where Stripe has set no time yet', null, 1, 60],
  ['two minutes from now, where the natural time is over or near', 60, 59, 61],
  ['its natural time, where our clock is some seconds behind', 60, -0.5, 60],
  ['two minutes from now, where it lives on a clock that is ahead', 60, -600, -598],
])('is %s', (_what, natural, now, expected) => {
  expect(releaseTime(draft(natural), at(now))).toEqual(at(expected));
});
