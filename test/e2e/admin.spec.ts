import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';
import { ADMIN_TOKEN, Operator, PARKED_EVENT, tellStripe } from '../support/operator.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
let operator: Operator;
const given: string[] = [];

beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE, PORT }) => ({
    ADMIN_TOKEN,
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(String(STRIPE_API_BASE), String(PORT)),
  }));
  operator = new Operator(farebox);
});
afterAll(() => farebox?.stop());

interface Customer {
  email: string;
  customerId: string;
  subscriptionId: string;
  token: string;
}

async function register(calls = 0, plan = 'standard'): Promise<Customer> {
  const person = newPerson();
  const { json } = await post(`${farebox.url}/register`, { ...person, plan });
  const token = String(json['jwt']);
  given.push(token);
  for (let n = 0; n < calls; n++) await request(`${farebox.url}/test-service`, bearer(token));
  return {
    email: person.email,
    customerId: String(json['customerId']),
    subscriptionId: String(json['subscriptionId']),
    token,
  };
}

const emails = (json: Readonly<Record<string, unknown>>) =>
  (json['accounts'] as { email: string }[]).map(({ email }) => email);
const profile = async ({ customerId }: Customer) => (await operator.get(`accounts/${customerId}`)).json;
const usedOf = async (customer: Customer) =>
  ((await profile(customer))['usage'] as { value: string }[]).map(({ value }) => value);

describe('accounts', () => {
  it('accounts.200 finds by a part of the email, and by both ids', async () => {
    const [ada] = await Promise.all([register(), register()]);
    for (const q of [
      ada.email,
      ada.email.toUpperCase(),
      ada.email.slice(0, -4),
      ada.customerId,
      ada.subscriptionId,
    ]) {
      const { json } = await operator.get(`accounts?q=${encodeURIComponent(q)}`);
      expect([q, emails(json)]).toEqual([q, expect.arrayContaining([ada.email])]);
    }
    const exact = await operator.get(`accounts?q=${ada.customerId}`);
    expect(exact.json).toEqual({
      accounts: [
        {
          email: ada.email,
          customerId: ada.customerId,
          subscriptionId: ada.subscriptionId,
          plan: 'standard',
          status: 'active',
          createdAt: expect.any(String),
          closedAt: null,
          surplusItems: [],
          paymentMethod: 'missing',
          collectionPaused: null,
          pendingPlan: null,
          pendingAt: null,
        },
      ],
      nextCursor: null,
    });
  });

  it('takes % and _ for what they are', async () => {
    await register();
    expect((await operator.get('accounts?q=%25')).json['accounts']).toEqual([]);
    expect((await operator.get('accounts?q=person_')).json['accounts']).toEqual([]);
  });

  it('pages through all of them, newest first, each once', async () => {
    const people = [await register(), await register(), await register()];
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const { json } = await operator.get(`accounts?limit=2${cursor ? `&cursor=${String(cursor)}` : ''}`);
      seen.push(...emails(json));
      cursor = json['nextCursor'];
    } while (cursor !== null);
    expect(seen.slice(0, 3)).toEqual(people.map(({ email }) => email).toReversed());
    expect(new Set(seen).size).toBe(seen.length);
    const [count] = await query(farebox, 'select count(*)::int as n from accounts');
    expect(seen).toHaveLength(Number(count?.['n']));
  });

  it.each(['limit=0', 'limit=x', 'cursor=x', 'other=1'])('accounts.400 %s', async (search) => {
    expect((await operator.get(`accounts?${search}`)).json['code']).toBe('validation_failed');
  });

  it('account.200 is everything known of it, and no value of a token', async () => {
    const ada = await register(2);
    await query(farebox, PARKED_EVENT, ['evt_profile', 'invoice.paid', ada.customerId, 'it broke']);
    await until(async () => (await usedOf(ada))[0] === '2');
    expect(await profile(ada)).toMatchObject({
      email: ada.email,
      firstname: 'Ada',
      lastname: 'Lovelace',
      customerId: ada.customerId,
      subscriptionId: ada.subscriptionId,
      formerCustomers: [],
      plan: 'standard',
      status: 'active',
      cancelAtPeriodEnd: false,
      usage: [{ value: '2', reported: '0', told: '0', periodStart: expect.any(String) }],
      calls: [{ route: '/test-service', verb: 'GET', status: 200 }, { status: 200 }],
      tokens: [{ name: expect.any(String), user: ada.customerId }],
      webhooks: expect.arrayContaining([
        expect.objectContaining({ id: 'evt_profile', lastError: 'it broke' }),
      ]),
    });
    await query(farebox, `delete from webhook_events where id = 'evt_profile'`);
  });

  it('account.404', async () => {
    const { status, json } = await operator.get('accounts/cus_nobody');
    expect([status, json['code']]).toEqual([404, 'not_found']);
  });
});

it('meters.200 shows the definition, the meter at Stripe, and what all have used', async () => {
  const total = async () => {
    const { json } = await operator.get('meters');
    const [meter] = json['meters'] as Record<string, unknown>[];
    return { json, meter, value: BigInt(String(meter?.['value'])) };
  };
  const before = await total();
  await register(3);
  await until(async () => (await total()).value === before.value + 3n);
  const { json, meter } = await total();
  expect(json).toMatchObject({ lagSeconds: expect.any(Number), waitingCalls: 0 });
  expect(meter).toMatchObject({
    name: 'test-service-calls',
    metric: 'event_count',
    aggregation: 'sum',
    filter: expect.any(Object),
    provider: { id: expect.stringMatching(/^mtr_/), eventName: expect.any(String) },
    customers: expect.any(Number),
  });
});

describe('usage', () => {
  it('report.200 tells Stripe, and reconcile.200 finds the books equal', async () => {
    const ada = await register(2);
    const report = await operator.post('usage/report');
    expect([report.status, report.json]).toEqual([
      200,
      expect.objectContaining({
        refused: 0,
        postponed: 0,
        lost: 0,
        mismatched: 0,
        unreportable: 0,
        untellable: 0,
      }),
    ]);
    expect(Number(report.json['sent'])).toBeGreaterThan(0);
    const { json } = await operator.post('usage/reconcile', { customerId: ada.customerId });
    expect(json).toEqual({ compared: 1, equal: 1, differences: [] });
  });

  it('an excess is found, kept, taken back once, and then no more', async () => {
    const ada = await register(1);
    await operator.post('usage/report');
    await tellStripe(farebox, ada.customerId, '5');
    const { json } = await operator.post('usage/reconcile');
    const mine = (json['differences'] as Record<string, string>[]).find(
      ({ customerId }) => customerId === ada.customerId,
    );
    expect(mine).toMatchObject({
      verdict: 'excess',
      ledger: '1',
      counted: '1',
      reported: '1',
      told: '1',
      stripe: '6',
    });
    const checks = await operator.get('usage/checks?limit=1');
    expect(checks.json['checks']).toMatchObject([{ differences: expect.arrayContaining([mine]) }]);

    const order = { customerId: ada.customerId, meter: mine?.['meter'], periodStart: mine?.['periodStart'] };
    expect((await operator.post('usage/adjust', order)).json).toEqual({
      value: '-5',
      reported: true,
      told: true,
    });
    const again = await operator.post('usage/adjust', order);
    expect([again.status, again.json['code']]).toEqual([409, 'change_refused']);
    const after = await operator.post('usage/reconcile', { customerId: ada.customerId });
    expect(after.json).toMatchObject({ equal: 1, differences: [] });
  });

  it.each([
    [{ customerId: 'x', meter: 'calls', periodStart: '2026-11-21T08:00:00.000Z' }, 'customerId'],
    [{ customerId: 'cus_1', meter: 'calls', periodStart: 'now' }, 'periodStart'],
    [{ customerId: 'cus_1', periodStart: '2026-11-21T08:00:00Z' }, 'meter'],
  ])('adjust.400 %j', async (body, field) => {
    const { status, json } = await operator.post('usage/adjust', body);
    expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field })]]);
  });

  it('nothing is told, compared or taken back where Moesif reports', async () => {
    const sibling = await farebox.startSibling({ USAGE_REPORTER: 'moesif' });
    const theirs = new Operator({ ...farebox, url: sibling.url });
    const order = { customerId: 'cus_1', meter: 'calls', periodStart: '2026-11-21T08:00:00Z' };
    for (const [path, body] of [
      ['report', undefined],
      ['reconcile', {}],
      ['adjust', order],
      ['bill-late', order],
    ] as const) {
      const { status, json } = await theirs.post(`usage/${path}`, body);
      expect([status, json['detail']]).toEqual([409, expect.stringContaining('USAGE_REPORTER=moesif')]);
    }
    await sibling.process.kill('SIGTERM');
  });
});

describe('webhooks', () => {
  const park = (id: string) => query(farebox, PARKED_EVENT, [id, 'price.updated', null, 'it broke']);
  const stateOf = async (id: string) =>
    (await query(farebox, 'select state from webhook_events where id = $1', [id]))[0]?.['state'];
  const parked = async () =>
    ((await operator.get('webhooks?state=parked')).json['webhooks'] as { id: string }[]).map(({ id }) => id);

  it('webhooks.200 lists by state, and replay.200 has them applied', async () => {
    await Promise.all(['evt_1', 'evt_2', 'evt_3'].map(park));
    expect((await parked()).sort()).toEqual(['evt_1', 'evt_2', 'evt_3']);
    expect((await operator.get('webhooks?state=parked')).json['webhooks']).toContainEqual({
      id: 'evt_1',
      type: 'price.updated',
      customerId: null,
      receivedAt: expect.any(String),
      state: 'parked',
      attempts: 12,
      lastError: 'it broke',
    });
    expect((await operator.post('webhooks/replay', { ids: ['evt_1'] })).json).toEqual({ replayed: 1 });
    await until(async () => (await stateOf('evt_1')) === 'ignored');
    expect((await parked()).sort()).toEqual(['evt_2', 'evt_3']);
    expect((await operator.post('webhooks/replay', { parked: true })).json).toEqual({ replayed: 2 });
    await until(async () => (await parked()).length === 0);
  });

  it.each([{}, { ids: [] }, { ids: ['x'] }, { ids: ['evt_1'], parked: true }])(
    'replay.400 %j',
    async (body) => {
      expect((await operator.post('webhooks/replay', body)).json['code']).toBe('validation_failed');
    },
  );

  it('webhooks.400 for a state that there is not', async () => {
    expect((await operator.get('webhooks?state=lost')).json['code']).toBe('validation_failed');
  });
});

describe('catalog', () => {
  it('revenue.200 is what the next invoices will say, by plan', async () => {
    const revenue = async () => (await operator.get('catalog/revenue')).json;
    const row = async (plan: string) =>
      ((await revenue())['plans'] as Record<string, unknown>[]).find((each) => each['plan'] === plan);
    expect(await row('volume')).toMatchObject({ accounts: 0, units: '0', usage: '0.00', total: '0.00' });
    const people = [await register(3, 'volume'), await register(1, 'volume')];
    for (const person of people) await until(async () => (await usedOf(person))[0] !== '0');
    await until(async () => (await row('volume'))?.['units'] === '4');
    expect(await row('volume')).toEqual({
      plan: 'volume',
      name: expect.any(String),
      accounts: 2,
      trialing: 0,
      units: '4',
      currency: 'usd',
      usage: '40.00',
      baseFees: '0.00',
      total: '40.00',
    });
    expect((await revenue())['totals']).toEqual([
      { currency: 'usd', total: expect.stringMatching(/^\d+\.\d\d$/) },
    ]);
  });

  it('drift.200 names what somebody changed at Stripe', async () => {
    const before = await operator.get('catalog/drift');
    expect([before.status, before.json['changes']]).toEqual([200, []]);
    await request(`${farebox.stripeUrl}/v1/products/farebox_standard`, {
      method: 'POST',
      headers: { authorization: `Bearer ${farebox.env['STRIPE_KEY']}` },
      body: new URLSearchParams({ name: '<b>Renamed</b>' }),
    });
    const { json } = await operator.get('catalog/drift');
    expect(json['changes']).toMatchObject([
      {
        kind: 'product',
        action: 'change',
        differences: [{ what: 'name', from: expect.stringContaining('Renamed') }],
      },
    ]);
    expect((await operator.get('catalogue/drift')).json).toEqual(json);
  });
});

it('health.200 says what lags, and waits', async () => {
  const { status, json } = await operator.get('health');
  expect([status, json['problems']]).toEqual([200, []]);
  const names = (json['measures'] as { name: string; value: number }[]).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['meter_lag_seconds', 'ledger_spool_bytes', 'webhooks_parked']),
  );
});

it('no answer had the value of a token, or a secret of ours', () => {
  expect(given.length).toBeGreaterThan(5);
  expect(operator.answers.length).toBeGreaterThan(30);
  expect(operator.leaked(...given, String(farebox.env['STRIPE_WEBHOOK_SECRET']))).toEqual([]);
});
