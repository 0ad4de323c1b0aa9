import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { CatalogAccount, catalogOf } from './catalog-account.js';

const example = readFileSync(new URL('../../../../monetization.yaml', import.meta.url), 'utf8');
const changed = example.replace('amount: 0.10', 'amount: 0.20');

let account: CatalogAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await CatalogAccount.open();
  stripe = account.stripe;
});
afterAll(() => account?.close());
beforeEach(() => account.reset());

const expand = ['data.currency_options'];
async function standard(): Promise<Stripe.Price> {
  const { data } = await stripe.prices.list({ lookup_keys: ['farebox:standard'], expand });
  if (!data[0]) throw new Error('there is no such price');
  return data[0];
}

/** What people do in the dashboard: "add a price in another currency". */
async function addCurrencies(): Promise<Stripe.Price> {
  const { id } = await standard();
  await stripe.prices.update(id, { currency_options: { eur: { unit_amount: 9 }, gbp: { unit_amount: 8 } } });
  return standard();
}

const changesOf = async (text: string, options: { dropCurrencies?: boolean } = {}) =>
  (await account.sync().compare(catalogOf(text), { migrate: false, ...options })).changes.filter(
    ({ action }) => action !== 'none',
  );

it('the emulator shows other currencies when it is asked for them, with the own one among them', async () => {
  await account.apply(example);
  const { id, currency_options } = await addCurrencies();
  expect(currency_options).toMatchObject({
    eur: { unit_amount: 9 },
    gbp: { unit_amount: 8 },
    usd: { unit_amount: 10 },
  });
  expect(await stripe.prices.retrieve(id)).not.toHaveProperty('currency_options');
});

describe('a price with amounts in other currencies', () => {
  beforeEach(async () => {
    await account.apply(example);
    await addCurrencies();
  });

  it('is as it should be while the file says what it charges', async () => {
    expect(await account.drift(example)).toEqual([]);
    expect(await account.apply(example)).toEqual([]);
  });

  it('is not replaced by one without them, and nothing else is changed either', async () => {
    const { id } = await standard();
    const text = changed.replace('name: My API', 'name: Another');
    expect(await changesOf(text)).toContainEqual(
      expect.objectContaining({
        action: 'refuse',
        kind: 'price',
        name: 'standard',
        id,
        differences: [{ what: 'amount', from: '0.10', to: '0.20' }],
        message: expect.stringMatching(/amounts in eur and gbp too.* --drop-currencies/),
      }),
    );
    const before = await account.objects();
    await account.apply(text);
    expect(await account.objects()).toEqual(before);
    expect((await standard()).id).toBe(id);
  });

  it('is replaced where that is asked for, and what was lost is named', async () => {
    const { id } = await standard();
    expect(await changesOf(changed, { dropCurrencies: true })).toMatchObject([
      {
        action: 'create',
        kind: 'price',
        message: expect.stringMatching(/^replaces .*; its amounts in eur and gbp are dropped$/),
      },
      { action: 'archive', kind: 'price', id },
    ]);
    await account.apply(changed, { dropCurrencies: true });
    const price = await standard();
    expect(price.id).not.toBe(id);
    expect(price).not.toHaveProperty('currency_options');
    expect(await account.drift(changed)).toEqual([]);
  });

  it('is replaced by a former price that has all of them, and by no other', async () => {
    await account.apply(changed, { dropCurrencies: true });
    await addCurrencies();
    expect(await changesOf(example)).toMatchObject([{ action: 'reactivate' }, { action: 'archive' }]);
    await stripe.prices.update((await standard()).id, { currency_options: { chf: { unit_amount: 7 } } });
    expect(await changesOf(example)).toMatchObject([
      { action: 'refuse', message: expect.stringContaining('amounts in chf too') },
    ]);
  });

  it('is replaced by a price with all of them that a person has made', async () => {
    const { product, recurring } = await standard();
    const made = await stripe.prices.create({
      product: String(product),
      currency: 'usd',
      unit_amount: 20,
      recurring: { interval: 'month', usage_type: 'metered', meter: String(recurring?.meter) },
      currency_options: { eur: { unit_amount: 18 }, gbp: { unit_amount: 16 } },
    });
    await account.apply(changed);
    expect(await standard()).toMatchObject({ id: made.id, currency_options: { eur: { unit_amount: 18 } } });
    expect(await account.drift(changed)).toEqual([]);
  });

  it('is named by an import', async () => {
    const { id } = await standard();
    const { text = '', notes } = await account.sync().read();
    expect(notes).toEqual([expect.stringMatching(`price ${id}: it has amounts in eur and gbp too`)]);
    expect(text).toContain(`# ${notes[0]}`);
  });
});

it('a base fee in other currencies is looked at as well', async () => {
  const withBase = example.replace('    price:', '    baseFee: { amount: 5.00 }\n    price:');
  await account.apply(withBase);
  const { data } = await stripe.prices.list({ lookup_keys: ['farebox:standard:base'] });
  await stripe.prices.update(String(data[0]?.id), { currency_options: { eur: { unit_amount: 450 } } });
  expect(await changesOf(withBase.replace('5.00', '6.00'))).toMatchObject([
    { action: 'refuse', kind: 'base fee', message: expect.stringContaining('amounts in eur too') },
  ]);
  const { notes } = await account.sync().read();
  expect(notes).toEqual([expect.stringContaining('it has amounts in eur too')]);
});

it('what an operator wrote into the metadata of a price goes over to the one that replaces it', async () => {
  await account.apply(example);
  await stripe.prices.update((await standard()).id, { metadata: { team: 'growth' } });
  await account.apply(changed);
  const { metadata, unit_amount } = await standard();
  expect([metadata['team'], unit_amount]).toEqual(['growth', 20]);
  expect(await account.drift(changed)).toEqual([]);
});

describe('an import of what a person has set up', () => {
  const product = async (params: Partial<Stripe.ProductCreateParams> = {}): Promise<string> => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const { id } = await stripe.products.create({ name: 'Team', ...params });
    await stripe.prices.create({
      product: id,
      currency: 'usd',
      unit_amount: 1,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    return id;
  };

  it('says what it takes for a base fee, as a price per seat looks the same', async () => {
    const seat = await stripe.prices.create({
      product: await product(),
      currency: 'usd',
      unit_amount: 1_500,
      nickname: 'per seat',
      recurring: { interval: 'month' },
    });
    const { text = '', notes } = await account.sync().read();
    expect(text).toContain('baseFee:');
    expect(notes).toContainEqual(
      expect.stringMatching(
        `price ${seat.id} \\("per seat"\\): it is taken for the base fee, .*per seat say`,
      ),
    );
    await account.apply(text);
    expect((await account.sync().read()).notes).toEqual([]);
  });

  it('names what a product has beside', async () => {
    await product({ metadata: { team: 'growth' }, url: 'https://example.com' });
    const { notes } = await account.sync().read();
    for (const field of ['metadata (team)', 'url'])
      expect(notes).toContainEqual(expect.stringContaining(`: ${field} stays at Stripe as it is.`));
  });
});
