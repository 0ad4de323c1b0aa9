import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { StripeDiagnostics } from '../../../../src/modules/billing/stripe/stripe-diagnostics.js';
import { CatalogAccount, catalogOf } from './catalog-account.js';

const example = readFileSync(new URL('../../../../monetization.yaml', import.meta.url), 'utf8');

let account: CatalogAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await CatalogAccount.open();
  stripe = account.stripe;
});
afterAll(() => account?.close());
beforeEach(async () => {
  await account.reset();
  await account.apply(example);
});

/** What is not in order: `problem CHECK: MESSAGE`. */
async function complaints(
  settings: Readonly<Record<string, string>> = {},
  text = example,
): Promise<string[]> {
  const given = { STRIPE_WEBHOOK_SECRET: 'whsec_x,whsec_y', ...settings };
  const diagnostics = new StripeDiagnostics(
    stripe,
    account.settings(given),
    account.sync(given),
    account.clock,
  );
  return (await diagnostics.examine(catalogOf(text)))
    .filter(({ level }) => level !== 'ok')
    .map(({ level, check, message }) => `${level} ${check}: ${message}`);
}

const endpointOf = async (part: string): Promise<string> =>
  String((await stripe.webhookEndpoints.list()).data.find(({ url }) => url.includes(part))?.id);

describe('doctor', () => {
  it('has no complaint after apply, with the secret set', async () => {
    expect(await complaints()).toEqual([]);
  });

  it('misses the signing secret', async () => {
    expect(await complaints({ STRIPE_WEBHOOK_SECRET: '' })).toEqual([
      'problem Webhooks can be verified: STRIPE_WEBHOOK_SECRET is not set',
    ]);
  });

  it('misses an endpoint, one that is enabled, and its events', async () => {
    const [ours, moesif] = [await endpointOf('3000'), await endpointOf('moesif')];
    await stripe.webhookEndpoints.update(moesif, { disabled: true });
    await stripe.webhookEndpoints.update(ours, { enabled_events: ['customer.created'] });
    expect(await complaints()).toEqual([
      expect.stringMatching(/^problem Stripe webhooks to Farebox: we_\w+ is not sent .*customer.updated/),
      `problem Stripe webhooks to Moesif: the endpoint ${moesif} is disabled`,
    ]);
    await stripe.webhookEndpoints.del(ours);
    expect(await complaints()).toContain(
      'problem Stripe webhooks to Farebox: no endpoint has the address http://127.0.0.1:3000/webhooks/stripe',
    );
  });

  it('misses the event destination, one that is enabled, its address, and its events', async () => {
    const { eventDestinations } = stripe.v2.core;
    const [ours] = await account.destinations();
    const id = String(ours?.id);
    const ask = async () => (await complaints()).map((line) => line.replace(/^.*?: /, ''));
    await eventDestinations.update(id, { enabled_events: ['v1.billing.meter.no_meter_found'] });
    expect(await ask()).toEqual([`${id} is not sent v1.billing.meter.error_report_triggered`]);
    await eventDestinations.update(id, { webhook_endpoint: { url: 'https://elsewhere.example' } });
    expect(await ask()).toEqual([
      `${id} sends to https://elsewhere.example and not to http://127.0.0.1:3000/webhooks/stripe`,
    ]);
    await eventDestinations.disable(id);
    expect(await ask()).toEqual([`the event destination ${id} is disabled`]);
    await eventDestinations.del(id);
    expect(await complaints()).toEqual([
      'problem Stripe reports rejected usage to Farebox: no event destination sends thin events to http://127.0.0.1:3000/webhooks/stripe',
    ]);
  });

  it('misses the secret of one of the two that sign', async () => {
    expect(await complaints({ STRIPE_WEBHOOK_SECRET: 'whsec_x' })).toEqual([
      expect.stringMatching(/^problem Webhooks can be verified: STRIPE_WEBHOOK_SECRET has one secret/),
    ]);
  });

  it('only warns where Stripe lets the key have no event destinations', async () => {
    const body = { error: { code: 'forbidden', message: 'Not with this key.' } };
    await account.twin.command('faults', { path: '/v2/*', status: 403, body, times: 2 });
    expect(await complaints({ STRIPE_WEBHOOK_SECRET: 'whsec_x' })).toEqual([
      expect.stringMatching(/^warning Stripe reports rejected usage to Farebox: .*Not with this key/),
    ]);
  });

  it.each([
    [0, []],
    [-30, ["warning The clock agrees with Stripe's: this machine's clock is 30 s ahead of Stripe's"]],
    [30, ["warning The clock agrees with Stripe's: this machine's clock is 30 s behind Stripe's"]],
    [-90, ["problem The clock agrees with Stripe's: this machine's clock is 90 s ahead of Stripe's"]],
  ])('compares the clocks: Stripe is %p s ahead', async (seconds, expected) => {
    await account.twin.command('settings', { clockOffsetMs: seconds * 1_000 });
    const found = await complaints();
    await account.twin.command('settings', { clockOffsetMs: 0 });
    // Half of a slow request's time is taken for its way back, so a busy machine is some seconds off.
    const tens = (s: string): string => String(Math.round(Number(s) / 10) * 10);
    expect(found.map((line) => line.replace(/[\d.]+(?= s )/, tens))).toEqual(expected);
  });

  it('names live subscriptions whose collection is paused', async () => {
    const [price] = (await stripe.prices.list({ lookup_keys: ['farebox:standard'] })).data;
    const subscribe = async () => {
      const customer = await stripe.customers.create();
      const items = [{ price: String(price?.id) }];
      return (await stripe.subscriptions.create({ customer: customer.id, items })).id;
    };
    const [, paused, ended] = [await subscribe(), await subscribe(), await subscribe()];
    await stripe.subscriptions.update(paused, { pause_collection: { behavior: 'keep_as_draft' } });
    await stripe.subscriptions.update(ended, { pause_collection: { behavior: 'void' } });
    await stripe.subscriptions.cancel(ended);
    expect(await complaints()).toEqual([
      `warning The collection of no subscription is paused: 1 of 2 subscriptions are paused: ${paused} (keep_as_draft)`,
    ]);
    await stripe.subscriptions.update(paused, { pause_collection: '' });
    expect(await complaints()).toEqual([]);
  });

  it('says in one line what drifted', async () => {
    await stripe.products.update('farebox_volume', { name: 'x' });
    expect(await complaints()).toEqual(['warning Stripe matches the catalog: 1 differ: product volume']);
  });

  it('names live subscriptions without automatic tax where the catalog wants it', async () => {
    const taxed = example
      .replace('currency: usd', 'currency: usd\nregistration: payment_method\nautomaticTax: true')
      .replaceAll(/^( +)billingPeriod: monthly$/gm, '$1billingPeriod: monthly\n$1taxBehavior: exclusive');
    const [price] = (await stripe.prices.list({ lookup_keys: ['farebox:standard'] })).data;
    const subscribe = async (enabled: boolean) => {
      const customer = await stripe.customers.create({ address: { country: 'US', postal_code: '10001' } });
      return stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: String(price?.id) }],
        automatic_tax: { enabled },
      });
    };
    await subscribe(true);
    const { id } = await subscribe(false);
    const found = (await complaints({}, taxed)).filter((line) => line.includes('tax of every'));
    expect(found).toEqual([
      `problem Stripe works out the tax of every subscription: 1 of 2 live subscriptions have no automatic tax: ${id}`,
    ]);
    expect((await complaints()).filter((line) => line.includes('tax'))).toEqual([]);
  });

  it('names customers with two live items on one meter', async () => {
    const price = async (key: string): Promise<string> =>
      String((await stripe.prices.list({ lookup_keys: [key] })).data[0]?.id);
    const [standard, volume] = [await price('farebox:standard'), await price('farebox:volume')];
    const [one, two, ended] = await Promise.all([1, 2, 3].map(() => stripe.customers.create()));
    const subscribe = (customer: Stripe.Customer | undefined, ...prices: string[]) =>
      stripe.subscriptions.create({
        customer: String(customer?.id),
        items: prices.map((id) => ({ price: id })),
      });
    await subscribe(one, standard);
    await subscribe(one, volume);
    await subscribe(two, standard);
    await subscribe(ended, standard);
    const gone = await subscribe(ended, standard);
    await stripe.subscriptions.cancel(gone.id);
    expect(await complaints()).toEqual([
      `problem No usage is billed twice: 1 customer(s) have two live subscription items on one meter: ${one?.id}`,
    ]);
    await subscribe(two, volume);
    expect((await complaints()).join()).toMatch(/2 customer\(s\)/);
  });
});
