import { expect, it } from '@jest/globals';
import { Slots } from './slots.js';

it('holds so many of a key and so many in all, and gives a place back once', () => {
  const slots = new Slots(4);
  const leave = slots.take({ account: 2, address: 3 });
  slots.take({ account: 2, address: 3 });
  expect(slots.take({ account: 2, address: 3 })).toEqual({ full: 'account' });
  slots.take({ other: 2, address: 3 });
  expect(slots.take({ third: 2, address: 3 })).toEqual({ full: 'address' });
  slots.take({ fourth: 2, elsewhere: 3 });
  expect(slots.take({ fifth: 2 })).toEqual({ full: 'all' });
  if (typeof leave !== 'function') throw new Error('there was a place');
  leave();
  leave();
  expect(slots.size).toBe(3);
  expect(slots.take({ account: 2, address: 3 })).toBeInstanceOf(Function);
});
