import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** About 5 MB when full. */
const MAX_ADDRESSES = 20_000;
/** When, within a minute, all addresses together reach this many times the hourly limit of one, … */
const CROWD = 30;
/** … each gets one such answer an hour. Using many addresses does not help, and registrations are not kept out. */
const IN_A_CROWD = 1;

/**
 * Limits answers that an email has an account, by address and in all: counted in this process, before any lookup, so
 * that reaching the limit reveals nothing of an email.
 */
@Injectable()
export class ConflictLimit {
  private readonly conflicts = new LRUCache<string, { count: number; until: number }>({ max: MAX_ADDRESSES });
  private readonly all = { count: 0, until: 0 };
  private readonly perHour: number;

  constructor(
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.perHour = settings.get('REGISTRATION_CONFLICT_LIMIT');
  }

  /** @throws {FareboxError} `rate_limited` for an address that has had too many such answers. */
  assertMayAsk(address: string): void {
    const now = this.clock.ms();
    const { count, until } = this.conflicts.get(address) ?? { count: 0, until: 0 };
    const crowded = this.all.until > now && this.all.count >= this.perHour * CROWD;
    const limit = crowded ? Math.min(IN_A_CROWD, this.perHour) : this.perHour;
    if (until <= now || count < limit) return;
    throw new FareboxError(
      'rate_limited',
      'Too many registrations from this address were for emails that already have an account. Request a sign-in link instead: POST /sign-in.',
      { retryAfterSeconds: Math.ceil((until - now) / 1_000) },
    );
  }

  noteConflict(address: string): void {
    const now = this.clock.ms();
    const known = this.conflicts.get(address);
    if (known && known.until > now) known.count++;
    else this.conflicts.set(address, { count: 1, until: now + HOUR_MS });
    if (this.all.until <= now) Object.assign(this.all, { count: 0, until: now + MINUTE_MS });
    this.all.count++;
  }
}
