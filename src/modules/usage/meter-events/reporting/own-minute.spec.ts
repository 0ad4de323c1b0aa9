import { describe, expect, it } from '@jest/globals';
import { freeMinuteAfter, ownMinute } from './own-minute.js';

const at = (time: string): Date => new Date(`2027-03-${time}Z`);
const none = (): boolean => false;
const MONTH = { startsAt: at('01T08:30:20'), endsAt: at('31T08:30:20') };

describe('the minute in which usage is told', () => {
  it('lies a minute before the present: a change in this very second comes after it', () => {
    const now = at('27T00:00:00');
    expect(ownMinute(MONTH, now, none)).toEqual({ at: at('26T23:59:30'), ownMinute: true });
  });

  it('is the last one of a period that is over', () => {
    const now = at('31T09:00:00');
    expect(ownMinute(MONTH, now, none)).toEqual({ at: at('31T08:29:30'), ownMinute: true });
  });

  it('of a period that has just begun lies before the present', () => {
    const now = at('01T08:30:50');
    expect(ownMinute(MONTH, now, none)).toEqual({ at: at('01T08:30:30'), ownMinute: false });
  });

  it('is shared when all before the present are taken, and never yet to come', () => {
    const now = at('01T08:33:10');
    const taken = (ms: number): boolean => ms <= at('01T08:33:00').getTime();
    expect(ownMinute(MONTH, now, taken)).toEqual({ at: at('01T08:32:30'), ownMinute: false });
  });

  it.each([
    ['the middle has passed', '01T08:30:55', '01T08:30:30'],
    ['it has not', '01T08:30:25', '01T08:30:24'],
    ['the period has just begun', '01T08:30:21', '01T08:30:20'],
  ])('in the first minute it lies before the present: %s', (_what, now, told) => {
    expect(ownMinute(MONTH, at(now), none)).toEqual({ at: at(told), ownMinute: false });
  });

  it('never lies outside of its period', () => {
    const short = { startsAt: at('01T08:30:40'), endsAt: at('01T08:30:45') };
    expect(ownMinute(short, at('01T09:00:00'), none)).toEqual({
      at: at('01T08:30:41'),
      ownMinute: false,
    });
    const early = { startsAt: at('01T08:30:02'), endsAt: at('01T08:30:12') };
    expect(ownMinute(early, at('01T09:00:00'), none).at).toEqual(at('01T08:30:11'));
  });

  it('is free for the next regular report when two minutes have passed, and no sooner', () => {
    const before = at('05T12:00:30');
    const taken = (ms: number): boolean => ms <= at('05T12:00:00').getTime();
    const free = new Date(freeMinuteAfter(before));
    expect(ownMinute(MONTH, free, taken)).toEqual({ at: at('05T12:01:30'), ownMinute: true });
    expect(ownMinute(MONTH, new Date(free.getTime() - 1), taken).ownMinute).toBe(false);
  });
});
