import type { Plan } from '../../catalogue/index.js';
import type { SubscriptionStatus } from '../../platform/identity/principal.js';

/** Who is to become a customer, and of which plan. */
export interface AccountOrder {
  /** Our id of the account; everything that is made for it carries it, and is made once. */
  accountId: string;
  email: string;
  firstname: string;
  lastname: string;
  plan: Plan;
}

/** The customer and the subscription, as the provider has them. */
export interface OpenedAccount {
  customerId: string;
  subscriptionId: string;
  status: SubscriptionStatus;
  /** The current billing period, UTC. */
  periodStart: Date;
  periodEnd: Date;
}

/** The billing provider, in our words: port and injection token in one. */
export abstract class BillingGateway {
  /**
   * Makes the customer and subscribes it to the plan's price. Safe to repeat after any failure: what an earlier try
   * made is found, and what it was asked first is what is made.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses us; try again later.
   * @throws {CustomerRefusedError} when the provider will never accept this customer; nothing was made.
   */
  abstract openAccount(order: AccountOrder): Promise<OpenedAccount>;
}
