import { expect, it } from '@jest/globals';
import { LimitPaidRoute } from './route-limits.js';

it.each([0, -1, 1.5, Number.NaN, '64KB', '', '1e3'])(
  'a bodyLimit of %j is refused where it is written',
  (bodyLimit) => {
    expect(() => LimitPaidRoute({ bodyLimit })).toThrow(RangeError);
  },
);

it.each([0, -1, 1.5, Number.NaN])('a pathParameterLimit of %j is refused', (pathParameterLimit) => {
  expect(() => LimitPaidRoute({ pathParameterLimit })).toThrow(RangeError);
});
