import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { RateLimit } from '../../platform/http/rate-limit.js';
import { Slots } from '../../platform/http/slots.js';

/**
 * Requests to the provider for pages, a second and process, over all endpoints. Stripe takes 25 a second of each endpoint
 * (https://docs.stripe.com/rate-limits), and pages ask several: the rest of each is for other processes and background work.
 */
const A_SECOND = 25;
/** Of them, those of one account, a minute. */
const A_MINUTE = 60;
/** Changes of one account a minute. Each takes several requests, one after the other. */
const CHANGES_A_MINUTE = 20;
/** Changes that are made at once: of one account, each of which waits for the one before, and of all. */
const CHANGES_AT_ONCE = 4;
const ALL_CHANGES_AT_ONCE = 60;

/** Limits what pages make this process ask of the provider. Background work has limits of its own (`StripePace`). */
@Injectable()
export class RequestBudget {
  private readonly all: RateLimit;
  private readonly each: RateLimit;
  private readonly changes: RateLimit;
  private readonly slots = new Slots(ALL_CHANGES_AT_ONCE);

  constructor(clock: Clock) {
    this.all = new RateLimit(clock, A_SECOND, undefined, 1_000);
    this.each = new RateLimit(clock, A_MINUTE, 'Too many requests for data of Stripe. Try again later.');
    this.changes = new RateLimit(
      clock,
      CHANGES_A_MINUTE,
      'Too many changes of this account. Try again later.',
    );
  }

  /**
   * Takes one request.
   * @param accountId absent for visitors, who are limited by their address (REGISTRATION_RATE_LIMIT)
   * @throws {FareboxError} `rate_limited` when the account has had its own, or all together have had theirs
   */
  spend(accountId?: string): void {
    if (accountId !== undefined) this.each.take(accountId);
    const wait = this.all.waitFor('all');
    if (wait > 0) throw tooMany(wait);
  }

  /** Makes a change of an account when there is room for it. @throws {FareboxError} as `spend` */
  async change<T>(accountId: string, make: () => Promise<T>): Promise<T> {
    this.changes.take(accountId);
    const leave = this.slots.take({ [accountId]: CHANGES_AT_ONCE });
    if (typeof leave !== 'function') throw tooMany(2);
    try {
      return await make();
    } finally {
      leave();
    }
  }
}

const tooMany = (retryAfterSeconds: number): FareboxError =>
  new FareboxError('rate_limited', 'Too many requests to Stripe at the moment. Try again shortly.', {
    retryAfterSeconds,
  });
