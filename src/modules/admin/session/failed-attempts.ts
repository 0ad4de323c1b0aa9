import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../platform/clock/clock.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';

const WINDOW_MS = 60_000;
/** A person who mistypes needs fewer. */
export const MAX_FAILURES = 10;
/** About 2 MB when full; whoever has more addresses than that still guesses in vain. */
const MAX_ADDRESSES = 10_000;

/** Slows down whoever guesses the operator's token: by the address, in this process. */
@Injectable()
export class FailedAttempts {
  private readonly failures = new LRUCache<string, { count: number; until: number }>({ max: MAX_ADDRESSES });

  constructor(private readonly clock: Clock) {}

  /** @throws {FareboxError} `rate_limited`; then the right token is refused too. */
  assertAllowed(address: string): void {
    const known = this.failures.get(address);
    const left = (known?.until ?? 0) - this.clock.ms();
    if (known === undefined || left <= 0 || known.count < MAX_FAILURES) return;
    throw new FareboxError('rate_limited', 'Too many wrong tokens from this address. Try again later.', {
      retryAfterSeconds: Math.ceil(left / 1_000),
    });
  }

  note(address: string): void {
    const known = this.failures.get(address);
    const now = this.clock.ms();
    if (known === undefined || known.until <= now)
      this.failures.set(address, { count: 1, until: now + WINDOW_MS });
    else known.count++;
  }
}
