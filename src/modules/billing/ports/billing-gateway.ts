import type { Plan } from '../../../catalog/index.js';
import type { PaymentMethodState, SubscriptionStatus } from '../../../platform/identity/principal.js';
import { SubscriptionGateway } from '../../subscriptions/index.js';

/** The customer to create, and its plan. */
export interface AccountOrder {
  /** Our id of the account; everything created for it carries it, and is created once. */
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
  /** When the trial ends, UTC; null when there is none. */
  trialEnd?: Date | null;
  paymentMethod: PaymentMethodState;
}

/** Customers and their subscriptions at the billing provider: port and injection token in one. */
export abstract class BillingGateway extends SubscriptionGateway {
  /**
   * Creates the customer and subscribes it to the plan's price. Safe to repeat after any failure: objects of an earlier
   * try are found, and the parameters of the first try are used.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses us; try again later.
   * @throws {CustomerRefusedError} when the provider will never accept this customer; nothing was created.
   */
  abstract openAccount(order: AccountOrder): Promise<OpenedAccount>;
}
