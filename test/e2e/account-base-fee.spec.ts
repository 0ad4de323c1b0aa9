import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Farebox, newPerson, post, startFarebox } from '../support/farebox.js';
import { askStripe } from '../support/webhooks.js';

const CATALOG = `
currency: usd
defaultPlan: basic
meters:
  - { name: calls, displayName: Calls, eventName: calls, metric: event_count, aggregation: sum }
plans:
  - id: basic
    product: { name: Basic }
    price: { model: standard, amount: 0.10, meter: calls, billingPeriod: monthly }
  - id: pro
    product: { name: Pro }
    baseFee: { amount: 20.00 }
    price: { model: standard, amount: 0.05, meter: calls, billingPeriod: monthly }
  - id: max
    product: { name: Max }
    baseFee: { amount: 99.00 }
    price: { model: standard, amount: 0.01, meter: calls, billingPeriod: monthly }
`;

let farebox: Farebox;

beforeAll(async () => {
  farebox = await startFarebox(async ({ FAREBOX_HOME = '' }) => {
    const file = join(FAREBOX_HOME, 'fees.yaml');
    writeFileSync(file, CATALOG);
    return { CATALOG: file };
  }, 'own');
  await makeMissingFees({ pro: '2000', max: '9900' });
});
afterAll(() => farebox?.stop());

interface Price {
  id: string;
  lookup_key: string;
  product: string;
  recurring: { usage_type: string };
}

/** The prices of the base fees, where "catalog apply" has not made them. */
async function makeMissingFees(amounts: Record<string, string>): Promise<void> {
  const { data } = await askStripe(farebox, 'GET', 'prices?limit=100');
  const prices = data as Price[];
  for (const [plan, amount] of Object.entries(amounts)) {
    const ofPlan = prices.filter(({ product }) => product === `farebox_${plan}`);
    if (ofPlan.some(({ recurring }) => recurring.usage_type === 'licensed')) continue;
    await askStripe(farebox, 'POST', 'prices', {
      product: `farebox_${plan}`,
      currency: 'usd',
      unit_amount: amount,
      lookup_key: `${ofPlan[0]?.lookup_key}:base`,
      'recurring[interval]': 'month',
    });
  }
}

it('the base fee comes and is swapped with the plan, beside one metered item, and goes when the period ends', async () => {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  const [token, subscriptionId] = [String(json['jwt']), String(json['subscriptionId'])];
  // The first fee is due at once, or waits for the next invoice; either way there is a card.
  await askStripe(farebox, 'POST', `payment_methods/pm_card_visa/attach`, {
    customer: String(json['customerId']),
  });
  const seen: string[][] = [];
  for (const [wanted, plan, pending] of [
    ['pro', 'pro', undefined],
    ['max', 'max', undefined],
    ['basic', 'max', 'basic'],
    ['pro', 'max', 'pro'],
    ['max', 'max', undefined],
  ]) {
    const { status, json: account } = await post(
      `${farebox.url}/account/plan`,
      { plan: wanted },
      { authorization: `Bearer ${token}` },
    );
    const change = account['pendingChange'] as { plan: string } | null;
    expect([status, account['plan'], change?.plan]).toEqual([200, plan, pending]);
    const subscription = await askStripe(farebox, 'GET', `subscriptions/${subscriptionId}`);
    const items = (subscription['items'] as { data: { price: Price & { unit_amount: number | null } }[] })
      .data;
    seen.push(items.map(({ price }) => `${price.product} ${price.unit_amount}`).sort());
  }
  expect(seen).toEqual([
    ['farebox_pro 2000', 'farebox_pro 5'],
    ['farebox_max 1', 'farebox_max 9900'],
    ['farebox_max 1', 'farebox_max 9900'],
    ['farebox_max 1', 'farebox_max 9900'],
    ['farebox_max 1', 'farebox_max 9900'],
  ]);
});
