import { UsageSettlement } from '../../../src/modules/subscriptions/index.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Catalog } from '../../../src/catalog/index.js';
import { StripeCheckoutGateway } from '../../../src/modules/billing/stripe/checkout/stripe-checkout.gateway.js';
import { examineDebts } from '../../../src/modules/billing/stripe/examine-debts.js';
import { BilledPrices } from '../../../src/modules/billing/stripe/invoices/billed-prices.js';
import { OpenInvoiceCollection } from '../../../src/modules/billing/stripe/open-invoice-collection.js';
import { PaymentMethods } from '../../../src/modules/billing/stripe/payment-methods.js';
import { TrialUses } from '../../../src/modules/billing/trials/trial-uses.js';
import { StripeBillingGateway } from '../../../src/modules/billing/stripe/stripe-billing.gateway.js';
import { StripePrices } from '../../../src/modules/billing/stripe/stripe-prices.js';
import { StripeSubscriptionChanges } from '../../../src/modules/billing/stripe/stripe-subscription-changes.js';
import { StripeWrites } from '../../../src/modules/billing/stripe/stripe-writes.js';
import { Database } from '../../../src/platform/database/database.js';
import { migrateDatabase } from '../../../src/platform/database/migrate.js';
import { Log } from '../../../src/platform/logging/logger.js';
import { Role } from '../../../src/platform/lifecycle/role.js';
import { createTestDatabase } from '../../support/postgres.js';
import { TestClock } from '../../support/test-clock.js';
import { TwinProcess } from '../../../packages/stripe-twin/test/support/twin-process.js';

const HOUR_MS = 3_600_000;
const SILENT = Log.create('silent');

let twin: TwinProcess;
let stripe: Stripe;
let database: Database;
let dropDatabase: () => Promise<void>;
let customer: string;
let subscription: string;
/** The one that is due and could not be paid. */
let debt: string;
let hours = 0;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
  const own = await createTestDatabase();
  dropDatabase = own.drop;
  await migrateDatabase(own.url);
  database = new Database(SILENT);
  database.open({ connectionString: own.url, poolSize: 2 });
});
afterAll(async () => {
  await database?.close();
  await dropDatabase?.();
  await twin?.close();
});
beforeEach(async () => {
  const made = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  customer = made.id;
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1_000,
    product_data: { name: 'Base' },
    recurring: { interval: 'day' },
  });
  subscription = (await stripe.subscriptions.create({ customer, items: [{ price: price.id }] })).id;
  const { id } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  // A day, and the hour of the draft.
  await twin.command('settings', { clockOffsetMs: (hours += 26) * HOUR_MS });
  const [open] = (await stripe.invoices.list({ customer, status: 'open' })).data;
  expect(open).toMatchObject({ auto_advance: true, amount_remaining: 1_000 });
  debt = String(open?.id);
});

/** A process of Farebox: what it knows is in the database and at Stripe. */
function gateways() {
  const writes = new StripeWrites(database, new TestClock(new Date()));
  const prices = new StripePrices(stripe);
  const catalog = new Catalog('test', [], [], '');
  const collection = new OpenInvoiceCollection(stripe, writes, SILENT);
  const changes = new StripeSubscriptionChanges(stripe, writes, prices, database, {} as never, catalog);
  const trials = new TrialUses(database, catalog, new TestClock(new Date()));
  const methods = new PaymentMethods(new BilledPrices(stripe, catalog, new Role('all'), SILENT));
  return {
    billing: new StripeBillingGateway(stripe, writes, prices, changes, catalog, collection, trials, methods),
    checkout: new StripeCheckoutGateway(
      stripe,
      prices,
      catalog,
      new UsageSettlement(),
      collection,
      trials,
      methods,
      SILENT,
    ),
  };
}

const collected = async () => (await stripe.invoices.retrieve(debt)).auto_advance;
const cancelNow = (changeId: string) =>
  gateways().billing.cancel({ changeId, subscriptionId: subscription, at: 'now' });
const ways: [string, () => Promise<void>][] = [
  ['a cancellation of the account', () => cancelNow(`change-${subscription}`)],
  ['a take-over by checkout', () => gateways().checkout.endSubscription(customer, subscription)],
];

describe.each(ways)('%s', (_name, end) => {
  it('leaves what is owed to be collected', async () => {
    await end();
    expect((await stripe.subscriptions.retrieve(subscription)).status).toBe('canceled');
    expect(await collected()).toBe(true);
    await end();
    expect(await collected()).toBe(true);
  });

  it('does so when it was stopped after the cancellation', async () => {
    await twin.command('faults', { path: `/v1/invoices/${debt}`, status: 500, times: 10 });
    await expect(end()).rejects.toThrow();
    expect((await stripe.subscriptions.retrieve(subscription)).status).toBe('canceled');
    await twin.command('faults', { clear: true }).catch(() => undefined);
    for (
      let tries = 0;
      tries < 10 &&
      !(await end().then(
        () => true,
        () => false,
      ));
      tries++
    );
    expect(await collected()).toBe(true);
  });

  it('does not begin to collect what an operator has stopped', async () => {
    await stripe.invoices.update(debt, { auto_advance: false });
    await end();
    expect(await collected()).toBe(false);
  });
});

it('a cancellation in the dashboard leaves a debt, which doctor names', async () => {
  await stripe.subscriptions.cancel(subscription);
  expect(await examineDebts(stripe)).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(new RegExp(`usd are not collected by Stripe: .*${debt}`)),
  });
});
