import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Topics } from '../../platform/topics/topics.js';
import { ACCOUNT_OPENED, ACCOUNT_STATE, AccountsService } from '../accounts/index.js';
import { AnalyticsGateway } from './analytics-gateway.js';
import { IdentityMapping } from './identity-mapping.js';

/** Sends customer profiles to the analytics provider, durably: an outage of the provider delays no request. */
@Injectable()
export class AnalyticsService implements OnModuleInit {
  constructor(
    private readonly topics: Topics,
    private readonly accounts: AccountsService,
    private readonly gateway: AnalyticsGateway,
    private readonly mapping: IdentityMapping,
    metrics: Metrics,
  ) {
    metrics.gauge('topic_deliveries_pending', 'Durable messages that wait for a subscriber.', () =>
      topics.backlog(),
    );
  }

  onModuleInit(): void {
    this.topics.subscribe(ACCOUNT_OPENED, 'analytics.identify', ({ accountId }) =>
      this.syncCustomer(accountId),
    );
    this.topics.subscribe(ACCOUNT_STATE, 'analytics.account-state', ({ accountId }) =>
      this.syncCustomer(accountId),
    );
  }

  private async syncCustomer(accountId: string): Promise<void> {
    const account = await this.accounts.findById(accountId);
    if (!account) return;
    const { email, firstname, lastname, plan, subscriptionId, status, periodStart, periodEnd, createdAt } =
      account;
    await this.gateway.identify({
      companyId: this.mapping.companyId(account),
      userId: this.mapping.userId(account, account.customerId),
      email,
      firstname,
      lastname,
      plan,
      subscription: { id: subscriptionId, status, periodStart, periodEnd, createdAt },
    });
  }
}
