import { Clock } from '../platform/clock/clock.js';

/** The time of this machine, moved: for Farebox and the emulators alike. */
export class TestingClock extends Clock {
  private offsetMs = 0;

  override now(): Date {
    return new Date(this.ms());
  }

  override ms(): number {
    return Date.now() + this.offsetMs;
  }

  /** @param ms how much later it is from now on. Never earlier: what was recorded would be in the future. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError('time can only be moved forward');
    this.offsetMs += ms;
  }
}
