import { ChangeRefusedError } from '../../../src/modules/subscriptions/index.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type Stripe from 'stripe';
import { chargeFor } from '../../../src/catalog/index.js';
import { BillingUnavailableError } from '../../../src/modules/billing/ports/billing-errors.js';
import type { LateUsage } from '../../../src/modules/billing/ports/late-usage-billing.js';
import { StripeLateUsageBilling } from '../../../src/modules/billing/stripe/invoices/stripe-late-usage-billing.js';
import { StripeWrites } from '../../../src/modules/billing/stripe/stripe-writes.js';
import { Database } from '../../../src/platform/database/database.js';
import { migrateDatabase } from '../../../src/platform/database/migrate.js';
import { Log } from '../../../src/platform/logging/logger.js';
import { createTestDatabase } from '../../support/postgres.js';
import { TestClock } from '../../support/test-clock.js';
import { TwinProcess } from '../../../packages/stripe-twin/test/support/twin-process.js';

const ITEMS = '/v1/invoiceitems';
const PERIOD = { startsAt: new Date('2026-03-01T10:00:30Z'), endsAt: new Date('2026-04-01T10:00:30Z') };

let twin: TwinProcess;
let stripe: Stripe;
let database: Database;
let dropDatabase: () => Promise<void>;
let billing: StripeLateUsageBilling;
const clock = new TestClock(new Date('2026-04-02T00:00:00Z'));
let customer: string;
let meter: string;
let numbers = 0;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
  const own = await createTestDatabase();
  dropDatabase = own.drop;
  await migrateDatabase(own.url);
  database = new Database(Log.create('silent'));
  database.open({ connectionString: own.url, poolSize: 2 });
  billing = new StripeLateUsageBilling(stripe, new StripeWrites(database, clock));
  meter = (
    await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'late_calls',
      default_aggregation: { formula: 'sum' },
    })
  ).id;
});
afterAll(async () => {
  await database?.close();
  await dropDatabase?.();
  await twin?.close();
});
beforeEach(async () => {
  customer = (await stripe.customers.create({ name: 'Late' })).id;
});

const price = (params: Partial<Stripe.PriceCreateParams> = {}) =>
  stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Calls' },
    unit_amount_decimal: '10.5' as never,
    recurring: { interval: 'month', usage_type: 'metered', meter },
    ...params,
  });
const late = (changed: Partial<LateUsage> = {}): LateUsage => ({
  name: `late-usage:${++numbers}`,
  customerId: customer,
  meter: 'calls',
  description: 'Calls: 3 units',
  ...PERIOD,
  units: 3n,
  minorUnits: 31n,
  currency: 'usd',
  taxBehavior: null,
  invoiceId: null,
  priceId: 'price_none',
  ...changed,
});
const items = async () => (await stripe.invoiceItems.list({ customer })).data;

describe('what a period was charged', () => {
  const subscribe = async (made: Stripe.Price, params: Partial<Stripe.SubscriptionCreateParams> = {}) => {
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: made.id }], ...params });
    return { subscriptionId: id, priceId: made.id, endsAt: PERIOD.endsAt };
  };

  it('is what Stripe has of its price, also when another has taken its place', async () => {
    const made = await price({
      unit_amount_decimal: undefined as never,
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 2, unit_amount: 100, flat_amount: 500 },
        { up_to: 'inf', unit_amount: 25 },
      ],
    });
    const period = await subscribe(made);
    await stripe.prices.update(made.id, { active: false });
    const terms = await billing.termsOf(period);
    expect([chargeFor(terms, 1n), chargeFor(terms, 4n)].map(({ minorUnits }) => minorUnits)).toEqual([
      600n,
      750n,
    ]);
  });

  it('is nothing in a trial, and unknown for a price that is not there', async () => {
    const trial = await subscribe(await price(), { trial_period_days: 30 });
    const inTrial = { ...trial, endsAt: new Date(Date.now() + 86_400_000) };
    await expect(billing.termsOf(inTrial)).rejects.toThrow('lies in a trial');
    await expect(billing.termsOf({ ...trial, priceId: 'price_none' })).rejects.toThrow('cannot be priced');
    const down = await price({
      unit_amount_decimal: '10.5' as never,
      transform_quantity: { divide_by: 10, round: 'down' },
    });
    customer = (await stripe.customers.create({ name: 'Rounded' })).id;
    await expect(billing.termsOf(await subscribe(down))).rejects.toThrow('rounds packages down');
  });
});

describe('late usage on the next invoice', () => {
  it('is taxed as its product is: an item of an amount has none, and would get the default code', async () => {
    const sent = jest.spyOn(stripe.invoiceItems, 'create');
    const product = await stripe.products.create({ name: 'Calls', tax_code: 'txcd_10103001' });
    const made = await stripe.prices.create({
      currency: 'usd',
      product: product.id,
      unit_amount: 10,
      recurring: { interval: 'month', usage_type: 'metered', meter },
    });
    await billing.bill(late({ priceId: made.id }));
    await billing.bill(late({ priceId: (await price()).id }));
    expect(sent.mock.calls.map(([params]) => params?.tax_code)).toEqual(['txcd_10103001', undefined]);
    sent.mockRestore();
  });

  it('is one item, with all that says what it is', async () => {
    const usage = late({ taxBehavior: 'exclusive' });
    const first = await billing.bill(usage);
    expect(await billing.bill(usage)).toEqual(first);
    expect(first).toEqual({ itemId: expect.stringMatching(/^ii_/), invoiceComes: false });
    expect(await items()).toEqual([
      expect.objectContaining({
        id: first.itemId,
        amount: 31,
        currency: 'usd',
        description: 'Calls: 3 units',
        invoice: null,
        parent: null,
        period: { start: PERIOD.startsAt.getTime() / 1_000, end: PERIOD.endsAt.getTime() / 1_000 },
        metadata: {
          farebox_late_usage: usage.name,
          customer,
          meter: 'calls',
          period_start: '2026-03-01T10:00:30.000Z',
          period_end: '2026-04-01T10:00:30.000Z',
          units: '3',
        },
      }),
    ]);
  });

  it('may be a credit, and comes by itself with a live subscription', async () => {
    await stripe.subscriptions.create({ customer, items: [{ price: (await price()).id }] });
    expect(await billing.bill(late({ units: 1n, minorUnits: -100n }))).toMatchObject({ invoiceComes: true });
    expect((await items()).map(({ amount }) => amount)).toEqual([-100]);
  });

  it('is one item when the answer is lost, and asked for again after Stripe has forgotten the key', async () => {
    const usage = late();
    await twin.command('faults', { path: ITEMS, method: 'POST', drop: 'after', times: 2 });
    await expect(billing.bill(usage)).rejects.toBeInstanceOf(BillingUnavailableError);
    clock.advance(25 * 3_600_000);
    const { itemId } = await billing.bill(usage);
    expect((await items()).map(({ id }) => id)).toEqual([itemId]);
  });

  it('that Stripe will not have is refused, and only what it says to the item counts as that', async () => {
    await stripe.subscriptions.create({ customer, items: [{ price: (await price()).id }] });
    await expect(billing.bill(late({ currency: 'xxx' }))).rejects.toBeInstanceOf(ChangeRefusedError);
    await twin.command('faults', { path: '/v1/subscriptions', method: 'GET', status: 400 });
    await expect(billing.bill(late())).rejects.toBeInstanceOf(BillingUnavailableError);
    expect(await items()).toEqual([]);
  });
});
