import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalog } from '../../../../catalog/index.js';
import type { OpenedAccount } from '../../ports/billing-gateway.js';
import {
  type Checkout,
  CheckoutGateway,
  type CheckoutOrder,
  type OpenedCheckout,
  type PaidCheckout,
} from '../../ports/checkout-gateway.js';
import { Log } from '../../../../platform/logging/logger.js';
import { UsageSettlement } from '../../../subscriptions/index.js';
import { automaticTax, lacksTaxLocation } from '../automatic-tax.js';
import { OpenInvoiceCollection } from '../open-invoice-collection.js';
import { PaymentMethods } from '../payment-methods.js';
import { expectObject, translateStripeError } from '../stripe-errors.js';
import { StripePrices } from '../stripe-prices.js';
import { ACCOUNT_KEY, dateOf, describeItem, ENDED_STATUSES, readStatus } from '../subscription-state.js';
import { TrialUses } from '../../trials/trial-uses.js';
import { checkoutParams } from './checkout-params.js';

const KIND = 'checkout.session';

/** Stripe Checkout. */
@Injectable()
export class StripeCheckoutGateway extends CheckoutGateway {
  private readonly log: Log;

  constructor(
    private readonly stripe: Stripe,
    private readonly prices: StripePrices,
    private readonly catalog: Catalog,
    private readonly usage: UsageSettlement,
    private readonly collection: OpenInvoiceCollection,
    private readonly trials: TrialUses,
    private readonly paymentMethods: PaymentMethods,
    log: Log,
  ) {
    super();
    this.log = log.named('billing');
  }

  override async open(order: CheckoutOrder): Promise<OpenedCheckout> {
    return translated(async () => {
      const params = checkoutParams(
        await this.withoutUsedTrial(order),
        {
          metered: await this.prices.idOf(order.plan),
          baseFee:
            order.plan.baseFee && (await this.prices.idOfKey(order.plan.baseFee.lookupKey, order.plan.id)),
        },
        this.catalog.switches.automaticTax,
      );
      const session = expectObject(
        await this.stripe.checkout.sessions.create(params, { idempotencyKey: order.idempotencyKey }),
        KIND,
      );
      if (!session.url) throw new Error(`the checkout session ${session.id} has no address`);
      return { sessionId: session.id, url: session.url };
    });
  }

  override async find(sessionId: string): Promise<Checkout | undefined> {
    return translated(async () => {
      try {
        const session = expectObject(
          await this.stripe.checkout.sessions.retrieve(sessionId, { expand: ['customer', 'subscription'] }),
          KIND,
        );
        return {
          sessionId: session.id,
          reference: session.client_reference_id,
          status: statusOf(session),
          paid: this.paidOf(session),
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  override async adopt(accountId: string, paid: PaidCheckout): Promise<OpenedAccount> {
    const { customerId, subscriptionId } = paid;
    const metadata = { [ACCOUNT_KEY]: accountId };
    return translated(async () => {
      const customer = expectObject(await this.stripe.customers.update(customerId, { metadata }), 'customer');
      const adopted = expectObject(
        await this.stripe.subscriptions.update(subscriptionId, { metadata }),
        'subscription',
      );
      await this.tax(adopted);
      const subscription = await this.endUsedTrial(adopted, accountId, paid.email);
      const { periodStart, periodEnd } = describeItem(subscription);
      const status = readStatus(subscription.status);
      const paymentMethod = await this.paymentMethods.of(subscription, customer);
      const trialEnd = dateOf(subscription.trial_end);
      return { customerId, subscriptionId, status, periodStart, periodEnd, trialEnd, paymentMethod };
    });
  }

  /** For an email known before the page is opened: then the page does not promise a trial that would be taken back. */
  private async withoutUsedTrial(order: CheckoutOrder): Promise<CheckoutOrder> {
    const { email, plan } = order;
    if (plan.trialDays === undefined || email === undefined) return order;
    if (await this.trials.mayOffer({ email })) return order;
    const { trialDays: _trialDays, ...rest } = plan;
    return { ...order, plan: rest };
  }

  /** Ends the trial when the email or card entered on the page has had one already: billing starts now. */
  private async endUsedTrial(
    subscription: Stripe.Subscription,
    accountId: string,
    email: string,
  ): Promise<Stripe.Subscription> {
    if (subscription.status !== 'trialing') return subscription;
    const card = await this.cardOf(subscription);
    if (await this.trials.take({ accountId, email, card }, subscription.id)) return subscription;
    this.log.info('A trial was ended, as the account, its email or its card has had one.', {
      account: accountId,
      subscription: subscription.id,
    });
    return expectObject(
      await this.stripe.subscriptions.update(subscription.id, { trial_end: 'now' }),
      'subscription',
    );
  }

  /** Stripe's fingerprint of the card; other payment methods have none. */
  private async cardOf({ default_payment_method: method }: Stripe.Subscription): Promise<string | undefined> {
    if (method === null) return undefined;
    const id = typeof method === 'string' ? method : method.id;
    const { card } = expectObject(await this.stripe.paymentMethods.retrieve(id), 'payment_method');
    return card?.fingerprint ?? undefined;
  }

  /** Sessions of a pricing table are created by Stripe, with tax only when that is enabled for the table in the dashboard. */
  private async tax({ id, automatic_tax: { enabled } }: Stripe.Subscription): Promise<void> {
    const tax = automaticTax(this.catalog);
    if (!tax.automatic_tax || enabled) return;
    try {
      expectObject(await this.stripe.subscriptions.update(id, tax), 'subscription');
    } catch (error) {
      // It is paid for, so the account is opened anyway. Doctor keeps reporting the subscription.
      if (!lacksTaxLocation(error)) throw error;
      this.log.warn(
        'A subscription has no automatic tax, which the catalog wants: its customer has no address that Stripe Tax recognises. Add one in Stripe, and switch "Collect tax automatically" on in the pricing table.',
        { subscription: id },
      );
    }
  }

  override async endSubscription(customerId: string, subscriptionId: string): Promise<void> {
    await translated(async () => {
      try {
        const subscription = expectObject(
          await this.stripe.subscriptions.retrieve(subscriptionId),
          'subscription',
        );
        if (!ENDED_STATUSES.includes(subscription.status)) {
          await this.usage.settleAhead(customerId);
          await this.usage.settle(customerId);
          await this.collection.prepare(subscriptionId);
          expectObject(
            await this.stripe.subscriptions.cancel(subscriptionId, { invoice_now: true }),
            'subscription',
          );
        }
        // Also when it has ended: an earlier try may have been interrupted in between.
        await this.collection.resume(subscriptionId);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  private paidOf(session: Stripe.Checkout.Session): PaidCheckout | null {
    const { status, payment_status: payment, customer, subscription, customer_details: details } = session;
    if (status !== 'complete' || payment === 'unpaid') return null;
    // Only sessions that paid for a plan: others may serve another purpose in the same Stripe account.
    if (typeof customer !== 'object' || typeof subscription !== 'object' || !customer || !subscription)
      return null;
    const email = details?.email ?? ('email' in customer ? customer.email : null);
    if (!email) return null;
    return {
      customerId: customer.id,
      subscriptionId: subscription.id,
      email,
      name: details?.name ?? ('name' in customer ? customer.name : null) ?? '',
      plan: this.planOf(subscription),
    };
  }

  private planOf(subscription: Stripe.Subscription): string | null {
    const { priceId, lookupKey } = describeItem(subscription);
    const plan = this.catalog.plans.find(({ price }) =>
      'stripePriceId' in price ? price.stripePriceId === priceId : price.lookupKey === lookupKey,
    );
    return plan?.id ?? null;
  }
}

function statusOf({ status }: Stripe.Checkout.Session): Checkout['status'] {
  if (status === 'complete') return 'complete';
  return status === 'expired' ? 'expired' : 'open';
}

function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateStripeError(error);
  }
}
