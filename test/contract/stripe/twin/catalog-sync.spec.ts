import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { catalogForPrice } from '../../../../src/catalog/index.js';
import type { EndpointSecret } from '../../../../src/modules/billing/ports/catalog-sync.js';
import { EVERYTHING } from '../../../support/catalogs.js';
import { CatalogAccount, catalogOf, summaryOf } from './catalog-account.js';

const example = readFileSync(new URL('../../../../monetization.yaml', import.meta.url), 'utf8');

let account: CatalogAccount;
beforeAll(async () => {
  account = await CatalogAccount.open();
});
afterAll(() => account?.close());
beforeEach(() => account.reset());

const priceOf = async (key: string) => (await account.stripe.prices.list({ lookup_keys: [key] })).data[0];

describe('apply', () => {
  it.each([
    ['the example', example],
    ['a catalog with every key', EVERYTHING],
  ])('of %s, a second time, sends no request that could change anything', async (_what, text) => {
    await account.apply(text);
    const before = await account.requests();
    expect(await account.apply(text)).toEqual([]);
    const after = await account.requests();
    expect(after.writes - before.writes).toBe(0);
    expect(after.all).toBeGreaterThan(before.all);
  });

  it('makes what is charged beside the usage: tiers with flat fees, free units, a base fee, tax', async () => {
    await account.apply(EVERYTHING);
    const { data } = await account.stripe.prices.list({
      lookup_keys: ['farebox:team', 'farebox:team:base', 'farebox:calls', 'farebox:bulk'],
      expand: ['data.tiers'],
    });
    const byKey = Object.fromEntries(
      data.map((price) => [price.lookup_key, JSON.parse(JSON.stringify(price))]),
    );
    expect(byKey['farebox:team']).toMatchObject({
      nickname: 'yes',
      tax_behavior: 'inclusive',
      recurring: { interval: 'week', interval_count: 2, usage_type: 'metered' },
      tiers: [
        { up_to: 10, unit_amount_decimal: '0' },
        { up_to: 100, unit_amount_decimal: '0.0000000001', flat_amount: 500 },
        { up_to: null, unit_amount_decimal: '0', flat_amount: 250 },
      ],
    });
    expect(byKey['farebox:team:base']).toMatchObject({
      nickname: 'Base',
      product: 'prod_made_by_hand',
      tax_behavior: 'inclusive',
      unit_amount: 2000,
      recurring: { interval: 'week', interval_count: 2, usage_type: 'licensed', meter: null },
    });
    expect(byKey['farebox:calls']).toMatchObject({
      tiers_mode: 'graduated',
      recurring: { interval: 'month', interval_count: 6 },
      tiers: [
        { up_to: 1000, unit_amount_decimal: '0' },
        { up_to: null, unit_amount_decimal: '0.5' },
      ],
    });
    expect(byKey['farebox:bulk']).toMatchObject({
      transform_quantity: { divide_by: 1000, round: 'up' },
      recurring: { interval: 'year', interval_count: 1 },
    });
  });

  it.each([
    ['daily', 'day', 1],
    ['weekly', 'week', 1],
    ['monthly', 'month', 1],
    ['every_3_months', 'month', 3],
    ['every_6_months', 'month', 6],
    ['yearly', 'year', 1],
    ['{ interval: day, count: 10 }', 'day', 10],
  ])('bills %s', async (period, interval, interval_count) => {
    await account.apply(example.replace('billingPeriod: monthly', `billingPeriod: ${period}`));
    expect((await priceOf('farebox:standard'))?.recurring).toMatchObject({ interval, interval_count });
  });

  it('of another amount makes another price, moves the lookup key and archives the former', async () => {
    await account.apply(example);
    const former = await priceOf('farebox:standard');
    expect(await account.apply(example.replace('amount: 0.10', 'amount: 0.11'))).toEqual([
      'create price standard amount',
      'archive price standard status',
    ]);
    const present = await priceOf('farebox:standard');
    expect(present).toMatchObject({ active: true, unit_amount: 11 });
    expect(await account.stripe.prices.retrieve(String(former?.id))).toMatchObject({
      active: false,
      lookup_key: null,
    });
    // And back: the price that was is taken up again.
    await account.apply(example);
    expect(await priceOf('farebox:standard')).toMatchObject({ id: former?.id, active: true });
    expect(await account.stripe.prices.retrieve(String(present?.id))).toMatchObject({ active: false });
  });

  it('of a price that is the default of its product archives it all the same', async () => {
    await account.apply(example);
    const former = await priceOf('farebox:standard');
    await account.stripe.products.update('farebox_standard', { default_price: String(former?.id) });
    await account.apply(example.replace('amount: 0.10', 'amount: 0.11'));
    const present = await priceOf('farebox:standard');
    expect(await account.stripe.products.retrieve('farebox_standard')).toMatchObject({
      default_price: present?.id,
    });
    await account.apply(withoutPlan('standard'));
    expect((await account.stripe.products.retrieve('farebox_standard')).default_price).toBeNull();
  });

  it('of other words changes the product and the price in place', async () => {
    await account.apply(EVERYTHING);
    const before = await priceOf('farebox:team');
    const changed = EVERYTHING.replace('"Team #1"', 'Squad')
      .replace('"0.10", image: https://example.com/a.png', 'Anew')
      .replace('description: "yes"', 'description: "no"')
      .replace('window: 24h', 'window: 12h');
    expect(await account.apply(changed)).toEqual([
      'change product team name description image',
      'change price team nickname farebox_meter',
    ]);
    expect(await account.stripe.products.retrieve('prod_made_by_hand')).toMatchObject({
      name: 'Squad',
      description: 'Anew',
      images: [],
    });
    expect(await priceOf('farebox:team')).toMatchObject({ id: before?.id, nickname: 'no' });
  });

  it('takes up again what was archived or deactivated', async () => {
    await account.apply(example);
    const price = await priceOf('farebox:volume');
    const [meter] = (await account.stripe.billing.meters.list()).data;
    await account.stripe.prices.update(String(price?.id), { active: false });
    await account.stripe.products.update('farebox_volume', { active: false });
    await account.stripe.billing.meters.deactivate(String(meter?.id));
    expect(await account.apply(example)).toEqual([
      'reactivate meter test-service-calls status',
      'reactivate product volume status',
      'reactivate price volume status',
    ]);
    expect(await priceOf('farebox:volume')).toMatchObject({ id: price?.id, active: true });
    expect(await account.drift(example)).toEqual([]);
  });

  it('of what the file does not say any more takes it away', async () => {
    await account.apply(EVERYTHING);
    const changed = EVERYTHING.replace('trialDays: 14', '').replace(
      'automaticTax: true\nregistration: payment_method',
      '',
    );
    expect(await account.apply(changed)).toEqual([
      'change product team trial days automatic tax registration',
    ]);
    expect(await account.drift(changed)).toEqual([]);
  });

  it('makes prices and endpoints under keys that every run makes alike', async () => {
    await account.apply(EVERYTHING);
    const { recent } = await account.twin.look<{
      recent: { method: string; path: string; idempotencyKey: string | null }[];
    }>('requests');
    const made = recent.filter(
      ({ method, path }) => method === 'POST' && /prices$|webhook_endpoints$|event_destinations$/.test(path),
    );
    expect(made).toHaveLength(7);
    for (const { idempotencyKey } of made)
      expect(idempotencyKey).toMatch(/^farebox:(price|webhook|destination):[0-9a-f]{64}:1$/);
  });

  it('of a file without a plan archives its product and prices, and takes them up again', async () => {
    await account.apply(example);
    expect(await account.apply(withoutPlan('volume'))).toEqual([
      'archive price volume status',
      'archive product volume status',
    ]);
    expect(await account.apply(withoutPlan('volume'))).toEqual([]);
    expect(await account.apply(example)).toEqual([
      'reactivate product volume status',
      'reactivate price volume status',
    ]);
  });

  it('of another plan on the same product archives the prices of the one before', async () => {
    await account.apply(EVERYTHING);
    const renamed = EVERYTHING.replace('id: team', 'id: crew').replaceAll(': team', ': crew');
    expect(await account.apply(renamed)).toEqual(
      expect.arrayContaining(['archive price team status', 'archive base fee team status']),
    );
    expect(await account.apply(renamed)).toEqual([]);
    const { data } = await account.stripe.prices.list({ product: 'prod_made_by_hand', active: true });
    expect(data.map(({ lookup_key }) => lookup_key).sort()).toEqual(['farebox:crew', 'farebox:crew:base']);
  });

  it('adopts a price that a person made and that charges just this', async () => {
    const { stripe } = account;
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls of /test-service',
      event_name: 'farebox_test_service_calls',
      default_aggregation: { formula: 'sum' },
    });
    await stripe.products.create({ id: 'farebox_standard', name: 'Mine' });
    const price = await stripe.prices.create({
      product: 'farebox_standard',
      currency: 'usd',
      unit_amount: 10,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    await account.apply(example);
    expect(await priceOf('farebox:standard')).toMatchObject({ id: price.id, nickname: 'Per call' });
  });

  it('of a tax behaviour that was not said says it on the same price; of another one makes a price', async () => {
    const taxed = (behavior: string) =>
      example.replace('description: Per call', `description: Per call\n      taxBehavior: ${behavior}`);
    await account.apply(example);
    expect(await account.apply(taxed('exclusive'))).toEqual(['change price standard tax']);
    expect(await account.apply(taxed('inclusive'))).toEqual([
      'create price standard tax',
      'archive price standard status',
    ]);
  });

  it('refuses everything when a meter of that event name adds up in another way', async () => {
    await account.stripe.billing.meters.create({
      display_name: 'x',
      event_name: 'farebox_test_service_calls',
      default_aggregation: { formula: 'last' },
    });
    const { writes } = await account.requests();
    expect(await account.apply(example)).toContain('refuse meter test-service-calls formula');
    expect((await account.requests()).writes).toBe(writes);
  });

  it('after failures that Stripe stored under keys goes on with the next key', async () => {
    const fail = (times: number) =>
      account.twin.command('faults', { path: '/v1/prices', method: 'POST', status: 500, times });
    await fail(1);
    await account.apply(example);
    expect(await account.drift(example)).toEqual([]);
    const changed = example.replace('amount: 0.10', 'amount: 0.12');
    await fail(2);
    await expect(account.apply(changed)).rejects.toThrow('billing service');
    await account.apply(changed);
    expect(await account.drift(changed)).toEqual([]);
    expect((await account.stripe.prices.list({ product: 'farebox_standard' })).data).toHaveLength(2);
  });
});

describe('apply beside', () => {
  it('another apply makes one of each, though one of the two may fail', async () => {
    await account.apply(EVERYTHING);
    const once = await account.objects();
    await account.reset();
    // Slow enough for the two to meet.
    await account.twin.command('settings', { processingMs: 5 });
    await Promise.allSettled([1, 2, 3].map(() => account.apply(EVERYTHING)));
    await account.twin.command('settings', { processingMs: 0 });
    await account.apply(EVERYTHING);
    expect(await account.objects()).toEqual(once);
  });

  it('a price that STRIPE_PRICE_KEY names leaves everything as it is', async () => {
    await account.apply(example);
    const id = String((await priceOf('farebox:volume'))?.id);
    const { changes } = await account.sync().apply(catalogForPrice(id), { migrate: false });
    expect(changes.map(({ kind, action }) => [kind, action])).toEqual([
      ['price', 'none'],
      ['webhook', 'none'],
      ['webhook', 'none'],
      ['event destination', 'none'],
    ]);
    expect(await account.drift(example)).toEqual([]);
  });
});

describe('webhook endpoints', () => {
  const endpoints = async () => (await account.stripe.webhookEndpoints.list()).data;

  it('are made for Farebox and Moesif, and their secrets told once', async () => {
    const secrets: EndpointSecret[] = [];
    await account.apply(example, { onSecret: (secret) => secrets.push(secret) });
    const made = await endpoints();
    expect(made.map(({ url }) => url).sort()).toEqual([
      'http://127.0.0.1:3000/webhooks/stripe',
      'https://moesif.example/stripe',
    ]);
    const [destination] = await account.destinations();
    expect(secrets.map(({ receiver, thin, endpointId }) => [receiver, thin, endpointId])).toEqual([
      ['farebox', undefined, made.find(({ url }) => url.includes('3000'))?.id],
      ['moesif', undefined, made.find(({ url }) => url.includes('moesif'))?.id],
      ['farebox', true, destination?.id],
    ]);
    expect(secrets.every(({ secret }) => secret.startsWith('whsec_'))).toBe(true);
    await account.apply(example, { onSecret: (secret) => secrets.push(secret) });
    expect(secrets).toHaveLength(3);
  });

  it('that were deleted are made anew, within the day too', async () => {
    await account.apply(example);
    for (const { id } of await endpoints()) await account.stripe.webhookEndpoints.del(id);
    await account.apply(example);
    expect(await endpoints()).toHaveLength(2);
  });

  it('that were disabled, or miss events, are put right; what a person added stays', async () => {
    await account.apply(example);
    const [one] = await endpoints();
    await account.stripe.webhookEndpoints.update(String(one?.id), {
      disabled: true,
      enabled_events: ['customer.created', 'payout.paid'],
    });
    expect(await account.drift(example)).toEqual([
      expect.stringMatching(/^change webhook \w+ status events$/),
    ]);
    await account.apply(example);
    const after = await account.stripe.webhookEndpoints.retrieve(String(one?.id));
    expect(after.status).toBe('enabled');
    expect(after.enabled_events).toEqual(
      expect.arrayContaining(['customer.created', 'payout.paid', 'customer.updated']),
    );
  });

  it.each([
    ['no PUBLIC_URL', { PUBLIC_URL: '' }, 'PUBLIC_URL is not set'],
    ['a loopback address at the real Stripe', { STRIPE_API_BASE: '' }, 'an address of this machine'],
    [
      'a plain address in live mode',
      { STRIPE_API_BASE: '', STRIPE_KEY: 'sk_live_x', PUBLIC_URL: 'http://api.example' },
      'requires an https address',
    ],
  ])('with %s: ours is left out, and why is said', async (_what, settings, reason) => {
    const { changes, notes } = await account.sync(settings).compare(catalogOf(example), { migrate: false });
    expect(summaryOf(changes).filter((line) => /webhook|destination/.test(line))).toEqual([
      'create webhook moesif url events',
    ]);
    expect(notes).toEqual([expect.stringContaining(reason)]);
  });

  it('that the sandbox keeps are left to it', async () => {
    for (const mark of ['application', 'moesif'])
      await account.stripe.webhookEndpoints.create({
        url: `http://127.0.0.1:1/${mark}`,
        enabled_events: ['*'],
        metadata: { farebox_sandbox: mark },
      });
    expect((await account.drift(example)).filter((line) => /webhook|destination/.test(line))).toEqual([]);
  });
});

/** The example without one of its plans. */
function withoutPlan(id: string): string {
  const text = id === 'standard' ? example.replace('defaultPlan: standard', 'defaultPlan: package') : example;
  const blocks = text.split(/(?=^ {2}- id: )/m);
  return blocks.filter((block) => !block.startsWith(`  - id: ${id}\n`)).join('');
}
