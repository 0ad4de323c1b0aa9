import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Log } from '../../../platform/logging/logger.js';
import { expectObject } from './stripe-errors.js';
import { hasEnded } from './subscription-choice.js';
import { type StripeWrite, StripeWrites } from './stripe-writes.js';

const PAGE = 100;

interface Collected {
  /** Invoices that Stripe collected automatically before the cancellation, by id. */
  invoices: string[];
}

/**
 * "Upon subscription cancellation, Stripe stops automatic collection of all finalized invoices for the customer […] you
 * can resume automatic collection of the invoices manually" (`subscriptions.cancel`, SDK 23.1.0). Debts from before a
 * cancellation of ours remain after it: `prepare` records the invoices being collected, `resume` continues their
 * collection. The process may be killed between the two: repeating the cancellation repeats both.
 */
@Injectable()
export class OpenInvoiceCollection {
  private readonly log: Log;

  constructor(
    private readonly stripe: Stripe,
    private readonly writes: StripeWrites,
    log: Log,
  ) {
    this.log = log.named('billing');
  }

  /** Before the cancellation. Repeated, it keeps its first record. @throws {BillingUnavailableError} */
  async prepare(subscriptionId: string): Promise<void> {
    await this.writes.prepare(this.write(subscriptionId, () => this.collectedBefore(subscriptionId)));
  }

  /** After the cancellation; safe to repeat. Without `prepare` there is nothing to resume. @throws {BillingUnavailableError} */
  async resume(subscriptionId: string): Promise<void> {
    const write = this.write(subscriptionId, async () => ({ invoices: [] }));
    await this.writes.perform(write);
    await this.forget(subscriptionId);
  }

  /** The subscription was not cancelled. */
  async forget(subscriptionId: string): Promise<void> {
    await this.writes.abandon(operationOf(subscriptionId));
  }

  private write(
    subscriptionId: string,
    params: () => Promise<Collected>,
  ): StripeWrite<Collected, { id: string }> {
    const id = subscriptionId;
    return {
      operation: operationOf(subscriptionId),
      params,
      create: async ({ invoices }) => {
        for (const invoice of invoices) await this.collect(invoice, subscriptionId);
        return { id };
      },
      // Each invoice is checked before it is changed: repeating it does no harm.
      find: async () => undefined,
      retrieve: async () => ({ id }),
    };
  }

  private async collectedBefore(subscriptionId: string): Promise<Collected> {
    const invoices: string[] = [];
    const customer = await this.customerOf(subscriptionId);
    if (customer === undefined) return { invoices };
    // Drafts too: one may become final before the cancellation arrives.
    for (const status of ['open', 'draft'] as const)
      for await (const { id, collection_method, auto_advance } of this.stripe.invoices.list({
        customer,
        status,
        limit: PAGE,
      }))
        if (id && collection_method === 'charge_automatically' && auto_advance) invoices.push(id);
    return { invoices };
  }

  /** `undefined` when it has ended, or does not exist: then no cancellation of ours stops any collection. */
  private async customerOf(subscriptionId: string): Promise<string | undefined> {
    try {
      const subscription = await this.stripe.subscriptions.retrieve(subscriptionId);
      const { customer } = expectObject(subscription, 'subscription') as Stripe.Subscription;
      if (hasEnded(subscription)) return undefined;
      return typeof customer === 'string' ? customer : customer.id;
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
        return undefined;
      throw error;
    }
  }

  private async collect(id: string, subscription: string): Promise<void> {
    try {
      const invoice = expectObject(await this.stripe.invoices.retrieve(id), 'invoice');
      // A draft is unaffected: the cancellation stops only final ones.
      if (invoice.status !== 'open' || invoice.auto_advance) return;
      expectObject(await this.stripe.invoices.update(id, { auto_advance: true }), 'invoice');
      this.log.info('An invoice from before a cancellation goes on being collected.', {
        invoice: id,
        subscription,
      });
    } catch (error) {
      // Paid, voided or deleted meanwhile; 409 means that another request is working on it.
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError) || error.statusCode === 409)
        throw error;
      this.log.warn(
        'An invoice from before a cancellation could not be set to be collected: see it in Stripe.',
        { invoice: id, subscription },
        error,
      );
    }
  }
}

const operationOf = (subscriptionId: string): string => `collect:${subscriptionId}`;
