import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Catalog } from '../../catalog/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Topics } from '../../platform/topics/topics.js';
import {
  type Account,
  AccountsService,
  EmailTakenError,
  type NewAccount,
  normaliseEmail,
} from '../accounts/index.js';
import { CustomerRefusedError } from '../billing/ports/billing-errors.js';
import { CHECKOUT_CHANGED, CheckoutGateway, type PaidCheckout } from '../billing/ports/checkout-gateway.js';
import { RegistrationBusyError, RegistrationCompletion, RegistrationIntents } from '../registration/index.js';
import { AccessLinks } from './access-links.js';
import { isOurReference } from './browser-cookie.js';
import { type CheckoutIntent, CheckoutIntents } from './checkout-intents.js';

/** How long a request waits for another one that works on the same checkout. */
const WAIT_MS = 10_000;

/**
 * Makes an account of a payment, exactly once: called by the return from the payment page, by the provider's webhook,
 * and by the sweep, in any order and at the same time.
 */
@Injectable()
export class CheckoutCompletion implements OnModuleInit {
  private readonly log: Log;

  constructor(
    private readonly catalog: Catalog,
    private readonly gateway: CheckoutGateway,
    private readonly intents: CheckoutIntents,
    private readonly links: AccessLinks,
    private readonly registrations: RegistrationIntents,
    private readonly registration: RegistrationCompletion,
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly topics: Topics,
    metrics: Metrics,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('checkout');
    metrics.gauge('checkouts_pending', 'Payments that are not an account yet.', () => intents.pending());
    metrics.gauge(
      'checkouts_unproven',
      'Payments with the email of an account whose owner has not confirmed them.',
      () => intents.unproven(),
    );
  }

  onModuleInit(): void {
    this.topics.subscribe(CHECKOUT_CHANGED, 'registration.checkout', ({ sessionId }) => this.hear(sessionId));
    this.sweep.register('registration.checkouts', () => this.completeDue());
  }

  /**
   * @returns the checkout as it is settled now, also if another caller settled it.
   * @throws the error that stopped it; the intent stays.
   */
  async complete(intent: CheckoutIntent, waitMs = WAIT_MS): Promise<CheckoutIntent> {
    const done = await this.database.withLock(`checkout:${intent.id}`, waitMs, () =>
      this.completeLocked(intent.id),
    );
    if (!done) throw new RegistrationBusyError();
    return done.result;
  }

  /** The provider reports a change of a session: when it was paid here, it becomes an account. */
  private async hear(sessionId: string): Promise<void> {
    const checkout = await this.gateway.find(sessionId);
    if (!checkout?.paid || !isOurReference(checkout.reference)) return;
    await this.complete(await this.intents.open(sessionId, checkout.reference));
  }

  private async completeLocked(id: string): Promise<CheckoutIntent> {
    const intent = await this.read(id);
    if (intent.completedAt) return intent;
    const checkout = await this.gateway.find(intent.sessionId);
    if (!checkout?.paid) throw new Error('a checkout that was paid is not any more');
    const { paid } = checkout;
    const email = normaliseEmail(paid.email);
    await this.finishRegistration(email);
    const owner = await this.accounts.findByEmail(email);
    try {
      if (owner) await this.askForProof(id, owner);
      else await this.openAccount(id, email, paid);
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      // Another request registered with it between our two reads.
      const other = await this.accounts.findByEmail(email);
      if (!other) throw error;
      await this.askForProof(id, other);
    }
    return this.read(id);
  }

  /** A registration of the email that has begun is first: its customer may be there already. */
  private async finishRegistration(email: string): Promise<void> {
    const standing = await this.registrations.findByEmail(email);
    if (!standing || standing.completedAt) return;
    try {
      await this.registration.complete(standing);
    } catch (error) {
      if (!(error instanceof CustomerRefusedError)) throw error;
    }
  }

  private async openAccount(accountId: string, email: string, paid: PaidCheckout): Promise<void> {
    const opened = await this.gateway.adopt(accountId, paid);
    const account: NewAccount = {
      ...opened,
      accountId,
      email,
      ...namesOf(paid.name),
      plan: paid.plan ?? this.planFor(accountId, paid),
      pastDueSince: null,
      createdAt: this.clock.now(),
    };
    await this.database.transaction(async (tx) => {
      await this.accounts.create(tx, account);
      await this.intents.markCompleted(tx, accountId, accountId, false);
      await this.links.prepare(tx, { checkoutId: accountId, accountId, purpose: 'welcome' });
    });
    this.log.info('A customer subscribed by checkout.', {
      account: accountId,
      customer: account.customerId,
      plan: account.plan,
    });
  }

  private planFor(accountId: string, { subscriptionId }: PaidCheckout): string {
    this.log.warn(
      'Somebody paid for a price that the catalog does not know. The account is on the default plan; put the price into the catalog, or change the subscription in Stripe.',
      { account: accountId, subscription: subscriptionId },
    );
    return this.catalog.defaultPlan;
  }

  /** The email has an account: the subscription waits until the owner has opened a link that only they can read. */
  private async askForProof(checkoutId: string, { accountId }: Account): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.intents.markCompleted(tx, checkoutId, accountId, true);
      await this.links.prepare(tx, { checkoutId, accountId, purpose: 'proof' });
    });
    if (!this.links.canBeSent)
      this.log.error(
        'Somebody paid with the email of an account, and no mail can be sent to have it confirmed. Set SMTP_URL and MAIL_FROM, or settle it in Stripe.',
        { account: accountId, checkout: checkoutId },
      );
  }

  private async completeDue(): Promise<void> {
    for (const intent of await this.intents.listDue()) {
      try {
        await this.complete(intent, 0);
      } catch (error) {
        if (error instanceof RegistrationBusyError) continue;
        await this.intents.postpone(intent);
        this.log.warn(
          'A payment could not be made an account yet.',
          { checkout: intent.id, attempts: intent.attempts + 1 },
          error,
        );
      }
    }
  }

  private async read(id: string): Promise<CheckoutIntent> {
    const intent = await this.intents.findById(id);
    if (!intent) throw new Error('a checkout that was written down is gone');
    return intent;
  }
}

/** The payment page asks for one name: the last word of it is the last name. */
export function namesOf(name: string): { firstname: string; lastname: string } {
  const words = name.trim().split(/\s+/u);
  const lastname = words.length > 1 ? (words.pop() ?? '') : '';
  return { firstname: words.join(' '), lastname };
}
