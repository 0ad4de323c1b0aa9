/** Waiting times that double up to a limit, each shortened at random by up to half, so that processes do not march in step. */
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
    const full = Math.min(this.firstMs * 2 ** this.failures, this.limitMs);
    this.failures++;
    return full * (1 - this.random() / 2);
  }

  reset(): void {
    this.failures = 0;
  }
}
