import { Clock } from '../../src/platform/clock/clock.js';

/** A clock that stands still until it is moved. */
export class TestClock extends Clock {
  constructor(private current: Date) {
    super();
  }

  override now(): Date {
    return new Date(this.current);
  }

  set(time: Date): void {
    this.current = time;
  }

  advance(ms: number): void {
    this.current = new Date(this.current.getTime() + ms);
  }
}
