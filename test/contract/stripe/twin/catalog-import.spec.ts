import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Stripe } from 'stripe';
import { type Catalog } from '../../../../src/catalog/index.js';
import { EVERYTHING } from '../../../support/catalogs.js';
import { CatalogAccount, catalogOf } from './catalog-account.js';

const example = readFileSync(new URL('../../../../monetization.yaml', import.meta.url), 'utf8');

let account: CatalogAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await CatalogAccount.open();
  stripe = account.stripe;
});
afterAll(() => account?.close());
beforeEach(() => account.reset());

/** What a file says, wherever it stands. */
const said = ({ meters, plans, defaultPlan, switches }: Catalog) => ({
  meters,
  plans,
  defaultPlan,
  switches,
});

async function imported(): Promise<{ text: string; notes: readonly string[] }> {
  const { text = '', notes } = await account.sync().read();
  return { text, notes };
}

describe('import of what apply made', () => {
  it.each([
    ['the example', example],
    ['a catalog with every key', EVERYTHING],
  ])('gives the file back: %s', async (_what, text) => {
    await account.apply(text);
    const { text: written, notes } = await imported();
    expect(notes).toEqual([]);
    expect(said(catalogOf(written))).toEqual(said(catalogOf(text)));
    expect(await account.drift(written)).toEqual([]);
  });

  it('gives back what is longer than a value of metadata', async () => {
    const long = example.replace(
      'status: 200',
      `status: [${Array.from({ length: 90 }, (_, index) => index + 200).join(', ')}]\n      header: { name: x-a, value: ${'ä'.repeat(200)} }`,
    );
    await account.apply(long);
    expect(said(catalogOf((await imported()).text))).toEqual(said(catalogOf(long)));
  });

  it('gives any file back', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (text) => {
        await account.reset();
        await account.apply(text);
        const { text: written } = await imported();
        expect(said(catalogOf(written))).toEqual(said(catalogOf(text)));
        expect(await account.drift(written)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves out what the file does not offer any more', async () => {
    await account.apply(example);
    const changed = example.replace('amount: 0.10', 'amount: 0.20');
    await account.apply(changed);
    expect(said(catalogOf((await imported()).text))).toEqual(said(catalogOf(changed)));
  });
});

describe('import of an account that a person set up', () => {
  const meterOf = (event_name: string, formula: 'sum' | 'last' = 'sum') =>
    stripe.billing.meters.create({ display_name: event_name, event_name, default_aggregation: { formula } });
  const metered = (meter: Stripe.Billing.Meter): Stripe.PriceCreateParams.Recurring => ({
    interval: 'month',
    usage_type: 'metered',
    meter: meter.id,
  });

  it('gives a file that apply adopts it by, without another price', async () => {
    const meter = await meterOf('Api Calls!'.replace(/\W/g, '_'));
    const product = await stripe.products.create({ name: 'Gold & Silver', description: 'Shiny' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount_decimal: Stripe.Decimal.from('0.5'),
      recurring: metered(meter),
    });
    const base = await stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount: 900,
      recurring: { interval: 'month' },
    });
    const { text, notes } = await imported();
    expect(catalogOf(text).plans).toMatchObject([
      {
        id: 'gold-silver',
        product: { id: product.id, name: 'Gold & Silver', description: 'Shiny' },
        price: { model: 'standard', meter: 'api_calls_' },
        baseFee: { lookupKey: 'farebox:gold-silver:base' },
      },
    ]);
    expect(notes).toEqual([
      expect.stringContaining('Stripe does not say which calls count'),
      expect.stringContaining('it is taken for the base fee'),
    ]);
    expect(text).toContain('# Meter mtr_test_');
    await account.apply(text);
    const { data } = await stripe.prices.list({ product: product.id });
    expect(data.map(({ id, lookup_key }) => [id, lookup_key]).sort()).toEqual(
      [
        [price.id, 'farebox:gold-silver'],
        [base.id, 'farebox:gold-silver:base'],
      ].sort(),
    );
  });

  it('names all that it cannot say', async () => {
    const [good, last] = [await meterOf('good'), await meterOf('last_ever', 'last')];
    await meterOf('idle');
    const make = async (name: string, params: Partial<Stripe.PriceCreateParams>): Promise<string> => {
      const product = await stripe.products.create({ name });
      const { id } = await stripe.prices.create({ product: product.id, currency: 'usd', ...params });
      return id;
    };
    const fine = await make('Fine', { unit_amount: 1, recurring: metered(good) });
    const named: string[] = [
      await make('Mug', { unit_amount: 900 }),
      await make('Yen', { unit_amount: 5, currency: 'jpy', recurring: metered(good) }),
      await make('Last', { unit_amount: 5, recurring: metered(last) }),
      await make('Down', {
        unit_amount: 5,
        transform_quantity: { divide_by: 10, round: 'down' },
        recurring: metered(good),
      }),
    ];
    const { product } = await stripe.prices.retrieve(fine);
    for (const unit_amount of [2, 3])
      named.push(
        (
          await stripe.prices.create({
            product: String(product),
            currency: 'usd',
            unit_amount,
            recurring: metered(good),
            ...(unit_amount === 3 ? { lookup_key: 'mine' } : {}),
          })
        ).id,
      );
    await stripe.products.update(String(product), { unit_label: 'call', images: ['http://a.example/x'] });
    const { text, notes } = await imported();
    expect(catalogOf(text).plans.map(({ id }) => id)).toEqual(['fine']);
    // Of prices that one second has seen, the first: it is none of those that are left as they are.
    expect(notes.find((note) => note.includes('left as they are'))).not.toContain(fine);
    for (const id of named) expect(notes.join('\n')).toContain(id);
    expect(notes.join('\n')).toMatch(/event name idle, active\): no plan/);
    expect(notes.join('\n')).toContain('unit_label');
    expect(notes.join('\n')).toContain('http://a.example/x');
    for (const note of notes) expect(text).toContain(`# ${note}`);
  });

  it('says what the format would refuse, in the file itself', async () => {
    const meter = await meterOf('calls');
    const product = await stripe.products.create({ name: 'Long', description: 'x'.repeat(501) });
    await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 1,
      recurring: metered(meter),
    });
    const { notes } = await imported();
    expect(notes).toContainEqual(
      'To be put right before this file can be used: plans[0].product.description must be at most 500 characters long',
    );
  });

  it('of an account without a metered price gives no file, and says what there is', async () => {
    await stripe.products.create({ name: 'Mug' });
    expect(await account.sync().read()).toEqual({ notes: [expect.stringContaining('"Mug"')] });
  });
});

const amount = fc
  .tuple(fc.nat(9_999), fc.stringMatching(/^\d{0,14}$/))
  .map(([whole, fraction]) => (fraction === '' ? String(whole) : `${whole}.${fraction}`));
const quoted = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => {
  const trimmed = text.trim();
  return trimmed !== '' && trimmed.length <= 250 && !/\p{C}/u.test(text);
});
const text = quoted.map((value) => JSON.stringify(value));

const tiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 2_000, max: 1e9 }), { maxLength: 4 }),
    fc.array(amount, { minLength: 5, maxLength: 5 }),
    fc.nat(99),
  )
  .map(([ends, amounts, flat]) =>
    [...ends.toSorted((a, b) => a - b), 'inf']
      .map(
        (upTo, index) => `{ upTo: ${upTo}, amount: ${amounts[index]}, flatFee: ${index === 0 ? flat : 0} }`,
      )
      .join(', '),
  );
const free = fc.option(fc.integer({ min: 1, max: 1_000 })).map((units) => (units ? `free: ${units}, ` : ''));
const model = fc.oneof(
  fc.tuple(amount, free).map(([value, units]) => `model: standard, amount: ${value}, ${units}`),
  fc
    .tuple(amount, fc.integer({ min: 1, max: 1e6 }))
    .map(([value, size]) => `model: package, amount: ${value}, packageSize: ${size},`),
  fc.tuple(tiers, free).map(([steps, units]) => `model: graduated, tiers: [${steps}], ${units}`),
  tiers.map((steps) => `model: volume, tiers: [${steps}],`),
);
const period = fc.constantFrom(
  'daily',
  'weekly',
  'monthly',
  'every_3_months',
  'every_6_months',
  'yearly',
  '{ interval: week, count: 7 }',
);
const tax = fc.constantFrom('', ', taxBehavior: inclusive', ', taxBehavior: exclusive');
const anyPlan = fc
  .record({
    name: text,
    description: text,
    model,
    period,
    tax,
    nickname: text,
    fee: fc.option(amount),
    trial: fc.nat(30),
  })
  .map(
    (parts) => (index: number) =>
      [
        `  - id: plan${index}`,
        `    product: { name: ${parts.name}, description: ${parts.description} }`,
        `    price: { ${parts.model} meter: calls, billingPeriod: ${parts.period}${parts.tax}, description: ${parts.nickname} }`,
        ...(parts.fee === null ? [] : [`    baseFee: { amount: ${parts.fee} }`]),
        ...(parts.trial === 0 ? [] : [`    trialDays: ${parts.trial}`]),
      ].join('\n'),
  );
const anyFile = fc
  .record({ plans: fc.array(anyPlan, { minLength: 1, maxLength: 3 }), display: text, value: text })
  .map(({ plans, display, value }) =>
    [
      'currency: usd',
      `defaultPlan: plan${plans.length - 1}`,
      'meters:',
      `  - { name: calls, displayName: ${display}, eventName: calls, filter: { header: { name: x-a, value: ${value} } } }`,
      'plans:',
      ...plans.map((plan, index) => plan(index)),
    ].join('\n'),
  );
