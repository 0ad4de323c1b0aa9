import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lostAmong } from './lost-intents.js';

const intents = (...values: number[]) => values.map((value) => ({ value: BigInt(value) }));

it('nothing is missing: none is lost', () => {
  expect(lostAmong(intents(3, 4), 0n)).toEqual([]);
});

it('takes as few as come to what is missing', () => {
  expect(lostAmong(intents(3, 4, 7), 7n)).toEqual(intents(7));
  expect(lostAmong(intents(3, 4, 5), 7n)).toEqual(intents(3, 4));
  expect(lostAmong(intents(10, -6), -6n)).toEqual(intents(-6));
});

it('what they cannot come to is somebody else’s', () => {
  expect(lostAmong(intents(3, 4), 5n)).toBeUndefined();
  expect(lostAmong(intents(3, 4), -1n)).toBeUndefined();
  expect(lostAmong(intents(...Array.from({ length: 17 }, () => 1)), 3n)).toBeUndefined();
});

it('whichever were rejected, what is told again comes to the same', () => {
  const events = fc.array(fc.tuple(fc.bigInt(-50n, 50n), fc.boolean()), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(events, (told) => {
      const missing = told.reduce((sum, [value, lost]) => (lost ? sum + value : sum), 0n);
      const found = lostAmong(
        told.map(([value]) => ({ value })),
        missing,
      );
      expect(found?.reduce((sum, { value }) => sum + value, 0n)).toBe(missing);
    }),
  );
});
