/** A token bucket: `burst` at once, `perSecond` for ever. */
export class RateLimiter {
  private tokens: number | null = null;
  private last = 0;

  /** @param limits read at every request, so that a changed setting acts at once. */
  constructor(private readonly limits: () => { perSecond: number; burst: number }) {}

  /** Whether a request at `now` (milliseconds) may pass; it has used its token then. */
  take(now: number): boolean {
    const { perSecond, burst } = this.limits();
    const earned = ((now - this.last) / 1000) * perSecond;
    this.tokens = Math.min(burst, (this.tokens ?? burst) + Math.max(0, earned));
    this.last = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  reset(): void {
    this.tokens = null;
  }
}
