import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Topics } from '../../../platform/topics/topics.js';
import { ACCOUNT_OPENED } from '../../accounts/index.js';
import { AccountSync } from './account-sync.js';
import { lockCustomer } from '../customer-lock.js';

/** Records the billing period of a new account at once, with or without webhooks: calls are counted by it. */
@Injectable()
export class FirstUsagePeriod implements OnModuleInit {
  constructor(
    private readonly sync: AccountSync,
    private readonly topics: Topics,
  ) {}

  onModuleInit(): void {
    this.topics.subscribe(ACCOUNT_OPENED, 'billing.first-period', async ({ customerId }, tx) => {
      // Another process holds the lock and will sync.
      if (await lockCustomer(tx, customerId)) await this.sync.refresh(tx, customerId);
    });
  }
}
