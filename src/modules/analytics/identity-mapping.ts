import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import type { AccountState } from '../../platform/identity/principal.js';

/** Maps our customers to ids in analytics. Provide another class for a team that has ids of its own. */
export abstract class IdentityMapping {
  /** The company: the paying customer. */
  abstract companyId(account: AccountState): string;

  /** The user: the caller. `user` is the token's claim: an end user's id, or the customer's. */
  abstract userId(account: AccountState, user: string): string;
}

/** The mapping of Moesif's own Stripe integration: company = subscription (or customer, by MOESIF_COMPANY_ID), user = customer. */
@Injectable()
export class BillingIdentityMapping extends IdentityMapping {
  private readonly companyIs: 'subscription' | 'customer';

  constructor(settings: Settings) {
    super();
    this.companyIs = settings.get('MOESIF_COMPANY_ID');
  }

  override companyId(account: AccountState): string {
    return this.companyIs === 'customer' ? account.customerId : account.subscriptionId;
  }

  override userId(_account: AccountState, user: string): string {
    return user;
  }
}
