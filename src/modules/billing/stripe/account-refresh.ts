import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { Topics } from '../../../platform/topics/topics.js';
import { ACCOUNT_OPENED } from '../../accounts/index.js';
import { AccountStateRefresh } from '../account-state-refresh.js';
import { AccountSync } from './account-sync.js';
import { lockCustomer } from './customer-lock.js';

/** Looks at a customer at Stripe when somebody needs to know more than we have. */
@Injectable()
export class StripeAccountRefresh extends AccountStateRefresh implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sync: AccountSync,
    private readonly topics: Topics,
  ) {
    super();
  }

  /** A new account's billing periods are written down at once, whether or not webhooks are set up. */
  onModuleInit(): void {
    this.topics.subscribe(ACCOUNT_OPENED, 'billing.first-period', async ({ customerId }, sql) => {
      if (await lockCustomer(sql, customerId)) await this.sync.refresh(sql, customerId);
    });
  }

  override async refresh(customerId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      // Somebody is at it: then it is being looked at.
      if (await lockCustomer(sql, customerId)) await this.sync.refresh(sql, customerId);
    });
  }
}
