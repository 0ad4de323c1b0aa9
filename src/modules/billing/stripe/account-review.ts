import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import { AccountsService } from '../../accounts/index.js';
import { AccountSync } from './account-sync.js';
import { lockCustomer } from '../customer-lock.js';

/** Each account is compared with Stripe once a day, for webhook events that never arrived. */
const MAX_AGE_MS = 24 * 3_600_000;
/** Sooner for an account from before payment methods were stored here: until then its credit is unlimited. */
const UNKNOWN_MAX_AGE_MS = 5 * 60_000;
/** Accounts per minute and process: two requests each, far below Stripe's limits. 28,800 accounts a day. */
const A_MINUTE = 20;

/** Compares accounts with Stripe, a few with every sweep. */
@Injectable()
export class AccountReview implements OnModuleInit {
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly sync: AccountSync,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('billing');
  }

  onModuleInit(): void {
    this.sweep.register('billing.review-accounts', () => this.review());
  }

  private async review(): Promise<void> {
    const before = new Date(this.clock.ms() - MAX_AGE_MS);
    const unknownBefore = new Date(this.clock.ms() - UNKNOWN_MAX_AGE_MS);
    const due = await this.accounts.takeForReview(before, unknownBefore, this.clock.now(), A_MINUTE);
    for (const customerId of due) {
      try {
        await this.database.slowTransaction(async (tx) => {
          // Another process holds the lock and will sync.
          if (await lockCustomer(tx, customerId)) await this.sync.refresh(tx, customerId);
        });
      } catch (error) {
        this.log.warn(
          'An account could not be compared with Stripe; it is tomorrow.',
          { customer: customerId },
          error,
        );
      }
    }
  }
}
