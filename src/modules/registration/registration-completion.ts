import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Catalog } from '../../catalog/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { AccountsService, EmailTakenError, type NewAccount } from '../accounts/index.js';
import { CustomerRefusedError } from '../billing/ports/billing-errors.js';
import { BillingGateway } from '../billing/ports/billing-gateway.js';
import { CheckoutGateway } from '../billing/ports/checkout-gateway.js';
import { RegistrationBusyError } from './registration-errors.js';
import { type RegistrationIntent, RegistrationIntents } from './registration-intents.js';

/** How long a request waits for another one that works on the same registration. */
const WAIT_MS = 10_000;

/** With these, no work is left: another request or the sweep does it, or it is over. */
const SETTLED = [RegistrationBusyError, CustomerRefusedError, EmailTakenError];

/** Carries an intent to its end: customer, subscription, account. Called by the request, and by the sweep. */
@Injectable()
export class RegistrationCompletion implements OnModuleInit {
  private readonly log: Log;

  constructor(
    private readonly catalog: Catalog,
    private readonly intents: RegistrationIntents,
    private readonly billing: BillingGateway,
    private readonly checkout: CheckoutGateway,
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly clock: Clock,
    metrics: Metrics,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('registration');
    metrics.gauge('registrations_pending', 'Registrations begun and not finished.', () =>
      this.intents.pending(),
    );
  }

  onModuleInit(): void {
    this.sweep.register('registration.complete', () => this.completeDue());
  }

  /**
   * @returns the account, also if another caller finished it.
   * @throws the error that stopped it; the intent stays, unless Stripe refused the customer for good.
   */
  async complete(intent: RegistrationIntent, waitMs = WAIT_MS): Promise<NewAccount> {
    const done = await this.database.withLock(`registration:${intent.id}`, waitMs, () =>
      this.completeLocked(intent),
    );
    if (!done) throw new RegistrationBusyError();
    return done.result;
  }

  private async completeLocked(intent: RegistrationIntent): Promise<NewAccount> {
    const finished = await this.accounts.findById(intent.id);
    if (finished) return finished;
    // Refused or replaced while we waited for the lock.
    if (!(await this.intents.findById(intent.id))) throw new EmailTakenError();
    const account = await this.openAccount(intent);
    try {
      await this.database.transaction(async (tx) => {
        await this.accounts.create(tx, account);
        await this.intents.markCompleted(tx, intent.id);
      });
    } catch (error) {
      if (error instanceof EmailTakenError) await this.undo(intent, account);
      throw error;
    }
    this.log.info('A customer registered.', {
      account: account.accountId,
      customer: account.customerId,
      plan: account.plan,
    });
    return account;
  }

  /** A payment with the email has led to an account meanwhile: the subscription made here ends, unused. */
  private async undo({ id }: RegistrationIntent, { customerId, subscriptionId }: NewAccount): Promise<void> {
    await this.checkout.endSubscription(customerId, subscriptionId);
    await this.intents.discard(id);
  }

  private async openAccount(intent: RegistrationIntent): Promise<NewAccount> {
    const { id: accountId, email, firstname, lastname, externalId } = intent;
    const plan = this.catalog.plans.find(({ id }) => id === intent.plan);
    if (!plan)
      throw new Error(`the plan "${intent.plan}" of a registration that has begun is gone from the catalog`);
    try {
      const opened = await this.billing.openAccount({ accountId, email, firstname, lastname, plan });
      const createdAt = this.clock.now();
      return {
        accountId,
        email,
        firstname,
        lastname,
        externalId,
        plan: plan.id,
        pastDueSince: null,
        createdAt,
        ...opened,
      };
    } catch (error) {
      if (error instanceof CustomerRefusedError) await this.intents.discard(intent.id);
      throw error;
    }
  }

  private async completeDue(): Promise<void> {
    for (const intent of await this.intents.listDue()) {
      try {
        await this.complete(intent, 0);
      } catch (error) {
        if (SETTLED.some((kind) => error instanceof kind)) continue;
        await this.intents.postpone(intent);
        this.log.warn(
          'A registration could not be finished yet.',
          { account: intent.id, attempts: intent.attempts + 1 },
          error,
        );
      }
    }
    await this.intents.forgetUnclaimed();
  }
}
