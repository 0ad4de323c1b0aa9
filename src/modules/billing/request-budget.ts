import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { RateLimit } from '../../platform/http/rate-limit.js';
import { Slots } from '../../platform/http/slots.js';

/**
 * Requests to the provider for pages, per second and process, over all endpoints. Stripe allows 25 per second on each
 * endpoint (https://docs.stripe.com/rate-limits), and pages use several: the rest of each is for other processes and
 * background work.
 */
const A_SECOND = 25;
/** The limit of one account, per minute. */
const A_MINUTE = 60;
/** Changes of one account per minute. Each takes several requests, one after the other. */
const CHANGES_A_MINUTE = 20;
/** Concurrent changes: queued for one account (each waits for the one before), and of all accounts. */
const CHANGES_AT_ONCE = 4;
const ALL_CHANGES_AT_ONCE = 60;

/** Limits this process's requests to the provider for pages. Background work has limits of its own (`StripePace`). */
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
   * Takes one request from the budget.
   * @param accountId absent for visitors, who are limited by their address (REGISTRATION_RATE_LIMIT)
   * @throws {FareboxError} `rate_limited` when the budget of the account, or of all together, is used up
   */
  spend(accountId?: string): void {
    if (accountId !== undefined) this.each.take(accountId);
    const wait = this.all.waitFor('all');
    if (wait > 0) throw tooMany(wait);
  }

  /** Makes a change of an account when the limits allow it. @throws {FareboxError} as `spend` */
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
