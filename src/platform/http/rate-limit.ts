import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.js';
import { FareboxError } from '../errors/farebox-error.js';

const MINUTE_MS = 60_000;
/** About 5 MB when full. Beyond that the least recently used key starts anew. */
const MAX_KEYS = 20_000;

/** A limit per minute (or another window) for each key (an address, an account), counted in this process. */
export class RateLimit {
  private readonly windows = new LRUCache<string, { count: number; until: number }>({ max: MAX_KEYS });

  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
    private readonly message = 'Too many requests. Try again later.',
    private readonly windowMs = MINUTE_MS,
  ) {}

  /** Counts one. @throws {FareboxError} `rate_limited` when it is one too many, with the seconds until the next window */
  take(key: string): void {
    const retryAfterSeconds = this.waitFor(key);
    if (retryAfterSeconds > 0) throw new FareboxError('rate_limited', this.message, { retryAfterSeconds });
  }

  /** Counts one, and returns the seconds until the next window when it is one too many; else 0. */
  waitFor(key: string): number {
    const now = this.clock.ms();
    const known = this.windows.get(key);
    if (known === undefined || known.until <= now)
      this.windows.set(key, { count: 1, until: now + this.windowMs });
    else if (known.count < this.limit) known.count++;
    else return Math.ceil((known.until - now) / 1_000);
    return 0;
  }
}
