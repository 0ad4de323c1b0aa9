import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVERYTHING } from '../support/catalogs.js';
import { CatalogAccount, catalogOf } from '../contract/stripe/twin/catalog-account.js';

/** The same file with every kind of change in it. */
const CHANGED = EVERYTHING.replace('displayName: People', 'displayName: Heads')
  .replace('amount: 20,', 'amount: 30,')
  .replace('flatFee: 5 }', 'flatFee: 7 }')
  .replace('name: Calls', 'name: Requests')
  .replace(/ {2}- id: bulk[^]*$/, '');

let account: CatalogAccount;
beforeAll(async () => {
  account = await CatalogAccount.open();
});
afterAll(() => account?.close());

interface Scene {
  what: string;
  prepare(): Promise<void>;
  text: string;
  migrate: boolean;
}

const scenes: Scene[] = [
  { what: 'the first apply', prepare: async () => undefined, text: EVERYTHING, migrate: false },
  { what: 'an apply of changes', prepare: withSubscribers, text: CHANGED, migrate: true },
];

/** Switched off, pointed elsewhere and without its events: two requests put it right. */
async function bendDestination(): Promise<void> {
  const { eventDestinations } = account.stripe.v2.core;
  const [ours] = await account.destinations();
  await eventDestinations.update(String(ours?.id), {
    enabled_events: ['v1.billing.meter.created'],
    webhook_endpoint: { url: 'https://elsewhere.example' },
  });
  await eventDestinations.disable(String(ours?.id));
}

async function withSubscribers(): Promise<void> {
  await account.apply(EVERYTHING);
  await bendDestination();
  const { stripe } = account;
  const { data } = await stripe.prices.list({ lookup_keys: ['farebox:team', 'farebox:team:base'] });
  const customer = await stripe.customers.create({ address: { country: 'DE', postal_code: '10117' } });
  await stripe.subscriptions.create({
    customer: customer.id,
    items: data.map(({ id }) => ({ price: id })),
    trial_period_days: 10,
  });
}

/** Subscriptions have ids of their own in each run. */
async function outcome(): Promise<unknown> {
  const text = JSON.stringify(await account.objects());
  return JSON.parse(text.replace(/sub_\w+/g, 'sub'));
}

describe.each(scenes)('$what, cut off at any request', ({ prepare, text, migrate }) => {
  const apply = () => account.sync().apply(catalogOf(text), { migrate });

  it('and run again comes to the same as when it runs through', async () => {
    await account.reset();
    await prepare();
    const before = (await account.requests()).all;
    await apply();
    const methods = (await account.methods()).slice(before);
    const expected = await outcome();
    const { destinations, schedules } = expected as { destinations: string[]; schedules: string[] };
    // The subscriber's period ends later: the move is scheduled.
    expect(schedules).toHaveLength(migrate ? 1 : 0);
    expect(destinations).toEqual([
      expect.stringMatching(
        /^\["http:\/\/127\.0\.0\.1:3000\/webhooks\/stripe",\[.*no_meter_found"\],"enabled"/,
      ),
    ]);
    expect(methods.filter((method) => method !== 'GET').length).toBeGreaterThan(6);
    for (const [skip, method] of methods.entries()) {
      // To a read it is all one.
      for (const drop of method === 'GET' ? ['before'] : ['before', 'after']) {
        await account.reset();
        await prepare();
        await account.twin.command('faults', { path: '/v*', skip, drop });
        await expect(apply()).rejects.toThrow('billing service');
        await apply();
        expect({ skip, drop, outcome: await outcome() }).toEqual({ skip, drop, outcome: expected });
      }
    }
  }, 60_000);
});
