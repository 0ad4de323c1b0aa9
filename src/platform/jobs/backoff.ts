/**
 * How long to wait before the next attempt, in milliseconds: doubled after each failure, up to a limit.
 * @param failures before this one.
 */
export function retryDelay(failures: number, firstMs: number, limitMs: number): number {
  // Beyond that, doubling would leave the range of integers before it meets the limit.
  return Math.min(firstMs * 2 ** Math.min(failures, 30), limitMs);
}

/** Waiting times that double up to a limit, each shortened at random by up to half, so that processes do not retry in step. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly firstMs: number,
    private readonly limitMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Failures since the last success. */
  get attempts(): number {
    return this.failures;
  }

  /** After a failure: how long to wait, in milliseconds. */
  next(): number {
    const full = retryDelay(this.failures, this.firstMs, this.limitMs);
    this.failures++;
    return full * (1 - this.random() / 2);
  }

  reset(): void {
    this.failures = 0;
  }
}
