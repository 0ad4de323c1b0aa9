/** The time. All code reads it here, so that a test can set it. */
export abstract class Clock {
  /** Now, in UTC. */
  abstract now(): Date;

  /** Now in milliseconds since the epoch. */
  ms(): number {
    return this.now().getTime();
  }
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }

  override ms(): number {
    return Date.now();
  }
}
