/** The twin's idea of the time, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Seconds since the Unix epoch, the unit of every time in Stripe's API. */
export function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
