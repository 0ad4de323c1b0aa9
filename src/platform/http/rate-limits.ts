import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Settings } from '../config/settings.js';
import { limitKeyOf } from './client-address.js';
import type { Exchange } from './exchange.js';
import { RateLimit } from './rate-limit.js';

/** Several accounts may share an address. */
const ACCOUNTS_AN_ADDRESS = 5;
/** A minute and address: a person who mistypes needs fewer. */
const MAX_WRONG_TOKENS = 10;

/** The limits of this process. All throw `rate_limited`. */
@Injectable()
export class RateLimits {
  private readonly visitors: RateLimit;
  private readonly accounts: RateLimit;
  private readonly accountAddresses: RateLimit;
  private readonly wrongTokens: RateLimit;

  constructor(clock: Clock, settings: Settings) {
    const perAccount = settings.get('ACCOUNT_RATE_LIMIT');
    this.visitors = new RateLimit(clock, settings.get('REGISTRATION_RATE_LIMIT'));
    this.accounts = new RateLimit(
      clock,
      perAccount,
      'Too many requests of this account. Paid calls are not among them. Try again later.',
    );
    this.accountAddresses = new RateLimit(clock, ACCOUNTS_AN_ADDRESS * perAccount);
    this.wrongTokens = new RateLimit(
      clock,
      MAX_WRONG_TOKENS,
      'Too many wrong tokens from this address. Try again later, or with the right one.',
    );
  }

  /** A request to a public route: by address, over all such routes together (REGISTRATION_RATE_LIMIT). */
  takeVisit({ ip }: Pick<Exchange, 'ip'>): void {
    this.visitors.take(limitKeyOf(ip));
  }

  /** A request by which an account manages itself: by account (ACCOUNT_RATE_LIMIT), and by address. */
  takeAccountRequest({ ip, principal }: Exchange): void {
    this.accountAddresses.take(limitKeyOf(ip));
    if (principal) this.accounts.take(principal.account.accountId);
  }

  /** A wrong operator token, by address. */
  takeWrongToken({ ip }: Pick<Exchange, 'ip'>): void {
    this.wrongTokens.take(limitKeyOf(ip));
  }
}
