import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { CatalogAccount } from './catalog-account.js';

const example = readFileSync(new URL('../../../../monetization.yaml', import.meta.url), 'utf8').replace(
  '  - id: standard',
  '  - id: standard\n    baseFee: { amount: 5 }',
);

let account: CatalogAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await CatalogAccount.open();
  stripe = account.stripe;
});
afterAll(() => account?.close());

const priceId = async (key: string): Promise<string> =>
  String((await stripe.prices.list({ lookup_keys: [key] })).data[0]?.id);
const meterId = async (): Promise<string> => String((await stripe.billing.meters.list()).data[0]?.id);
const endpointId = async (): Promise<string> => String((await stripe.webhookEndpoints.list()).data[0]?.id);

const byHand: [what: string, change: () => Promise<unknown>, drift: string[]][] = [
  ['nothing', async () => undefined, []],
  [
    'a meter renamed',
    async () => stripe.billing.meters.update(await meterId(), { display_name: 'x' }),
    ['change meter test-service-calls display name'],
  ],
  [
    'a meter deactivated',
    async () => stripe.billing.meters.deactivate(await meterId()),
    ['reactivate meter test-service-calls status'],
  ],
  [
    'a product renamed',
    () => stripe.products.update('farebox_standard', { name: 'x' }),
    ['change product standard name'],
  ],
  [
    'a description taken away, an image added',
    () => stripe.products.update('farebox_standard', { description: '', images: ['https://a.example/b'] }),
    ['change product standard description image'],
  ],
  [
    'a product archived',
    () => stripe.products.update('farebox_volume', { active: false }),
    ['reactivate product volume status'],
  ],
  [
    'our metadata taken away',
    () => stripe.products.update('farebox_package', { metadata: { farebox_plan: '' } }),
    ['change product package plan'],
  ],
  [
    'a price archived',
    async () => stripe.prices.update(await priceId('farebox:standard'), { active: false }),
    ['reactivate price standard status'],
  ],
  [
    'a nickname changed',
    async () => stripe.prices.update(await priceId('farebox:standard'), { nickname: 'x' }),
    ['change price standard nickname'],
  ],
  [
    'a lookup key taken away',
    async () => stripe.prices.update(await priceId('farebox:standard:base'), { lookup_key: '' }),
    ['change base fee standard lookup key'],
  ],
  [
    'what a meter counts changed',
    async () => stripe.prices.update(await priceId('farebox:volume'), { metadata: { farebox_meter: 'x' } }),
    ['change price volume farebox_meter'],
  ],
  [
    'another price put in the place of ours',
    async () =>
      stripe.prices.create({
        product: 'farebox_standard',
        currency: 'usd',
        unit_amount: 99,
        recurring: { interval: 'month', usage_type: 'metered', meter: await meterId() },
        lookup_key: 'farebox:standard',
        transfer_lookup_key: true,
      }),
    ['change price standard lookup key', 'archive price standard status'],
  ],
  [
    'an endpoint disabled',
    async () => stripe.webhookEndpoints.update(await endpointId(), { disabled: true }),
    [expect.stringMatching(/^change webhook \w+ status$/) as unknown as string],
  ],
  [
    'an endpoint deleted',
    async () => stripe.webhookEndpoints.del(await endpointId()),
    [expect.stringMatching(/^create webhook \w+ url events$/) as unknown as string],
  ],
  [
    'other objects made that are none of ours',
    async () => {
      const { id } = await stripe.products.create({ name: 'Mug' });
      await stripe.prices.create({ product: id, currency: 'usd', unit_amount: 900 });
      await stripe.webhookEndpoints.create({ url: 'https://other.example', enabled_events: ['*'] });
    },
    [],
  ],
];

describe('drift', () => {
  it.each(byHand)('after %s', async (_what, change, drift) => {
    await account.reset();
    await account.apply(example);
    await change();
    expect(await account.drift(example)).toEqual(drift);
    // And apply puts it right.
    await account.apply(example);
    expect(await account.drift(example)).toEqual([]);
  });
});
