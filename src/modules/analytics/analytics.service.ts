import { Injectable } from '@nestjs/common';
import type { Sql } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Topic, Topics } from '../../platform/topics/topics.js';
import { ACCOUNT_STATE, AccountsService } from '../accounts/index.js';
import { AnalyticsGateway } from './analytics-gateway.js';
import { IdentityMapping } from './identity-mapping.js';

/** "Tell analytics who this account is." The subscriber reads what the account is by then. */
const IDENTIFY = new Topic<{ accountId: string }>('analytics.identify');

/** Tells the analytics provider who our customers are, durably: the provider being away delays nobody. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly topics: Topics,
    private readonly accounts: AccountsService,
    private readonly gateway: AnalyticsGateway,
    private readonly mapping: IdentityMapping,
    metrics: Metrics,
  ) {
    topics.subscribe(IDENTIFY, 'analytics.identify', ({ accountId }) => this.syncCustomer(accountId));
    topics.subscribe(ACCOUNT_STATE, 'analytics.account-state', ({ accountId }) =>
      this.syncCustomer(accountId),
    );
    metrics.gauge('topic_deliveries_pending', 'Durable messages that wait for a subscriber.', () =>
      topics.backlog(),
    );
  }

  /** Has the account told to the provider once the transaction of `sql` has committed. */
  async identify(sql: Sql, accountId: string): Promise<void> {
    await this.topics.publish(sql, IDENTIFY, { accountId });
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
