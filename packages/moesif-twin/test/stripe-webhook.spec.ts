import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import { Twin, type Json } from './support/twin.js';

const secret = 'whsec_contract_test';
const path = '/v1/webhooks/stripe';
const { webhooks } = new Stripe('sk_test_unused');

let twin: Twin;
let lastEvent = 0;

beforeAll(async () => {
  twin = await Twin.start();
});

beforeEach(async () => {
  await twin.post('/_sandbox/reset', {});
});

afterAll(() => twin.stop());

function event(type: string, created: number, object: Json, previous?: Json): Json {
  lastEvent += 1;
  return {
    id: `evt_${lastEvent}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    type,
    data: { object, ...(previous ? { previous_attributes: previous } : {}) },
  };
}

function customer(changes: Json = {}): Json {
  return {
    id: 'cus_1',
    object: 'customer',
    created: 1_790_000_000,
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    metadata: { account: 'acc_1' },
    ...changes,
  };
}

function subscription(changes: Json = {}): Json {
  return {
    id: 'sub_1',
    object: 'subscription',
    created: 1_790_000_010,
    customer: 'cus_1',
    status: 'active',
    items: {
      object: 'list',
      data: [{ id: 'si_1', current_period_start: 1_790_000_010, current_period_end: 1_792_592_010 }],
    },
    metadata: {},
    ...changes,
  };
}

/** Delivers as Stripe does: signed, to an endpoint without Moesif's application id. */
async function deliver(body: Json, withSecret = secret, timestamp?: number): Promise<number> {
  const payload = JSON.stringify(body, null, 2);
  const signature = webhooks.generateTestHeaderString({
    payload,
    secret: withSecret,
    ...(timestamp === undefined ? {} : { timestamp }),
  });
  const response = await fetch(`${twin.baseUri}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body: payload,
  });
  await response.arrayBuffer();
  return response.status;
}

async function profiles(): Promise<{ users: Json[]; companies: Json[]; subscriptions: Json[] }> {
  return {
    users: await twin.get('/_sandbox/users'),
    companies: await twin.get('/_sandbox/companies'),
    subscriptions: await twin.get('/_sandbox/subscriptions'),
  };
}

describe('profiles', () => {
  it('the user is the customer, the company the subscription, and one leads to the other', async () => {
    expect(await deliver(event('customer.created', 1_790_000_000, customer()))).toBe(200);
    expect(await deliver(event('customer.subscription.created', 1_790_000_010, subscription()))).toBe(200);
    expect(await profiles()).toEqual({
      users: [{ user_id: 'cus_1', company_id: 'sub_1', metadata: { stripe: { customer: customer() } } }],
      companies: [{ company_id: 'sub_1', metadata: { stripe: { subscription: subscription() } } }],
      subscriptions: [
        {
          subscription_id: 'sub_1',
          company_id: 'sub_1',
          status: 'active',
          current_period_start: '2026-09-21T14:13:30.000Z',
          current_period_end: '2026-10-21T14:13:30.000Z',
          metadata: { stripe: { subscription: subscription() } },
        },
      ],
    });
  });

  it('with the setting, the company is the customer', async () => {
    await twin.post('/_sandbox/settings', { companyId: 'customer' });
    await deliver(event('customer.subscription.created', 1_790_000_010, subscription()));
    await deliver(event('customer.created', 1_790_000_000, customer()));
    const { users, companies, subscriptions } = await profiles();
    expect(users).toMatchObject([{ user_id: 'cus_1', company_id: 'cus_1' }]);
    expect(companies).toEqual([
      {
        company_id: 'cus_1',
        metadata: { stripe: { customer: customer(), subscription: subscription() } },
      },
    ]);
    expect(subscriptions).toMatchObject([{ subscription_id: 'sub_1', company_id: 'cus_1' }]);
  });

  it('what the application posts stands beside it, whichever comes first', async () => {
    const post = {
      user_id: 'cus_1',
      company_id: 'team-7',
      metadata: { first_name: 'Ada', stripe: { mine: 1 } },
    };
    const created = event('customer.created', 1_790_000_000, customer());
    const expected = {
      user_id: 'cus_1',
      company_id: 'team-7',
      metadata: { first_name: 'Ada', stripe: { mine: 1, customer: customer() } },
    };
    await twin.post('/v1/users', post);
    await deliver(created);
    expect(await twin.get('/_sandbox/users')).toMatchObject([expected]);
    await twin.post('/_sandbox/reset', {});
    await deliver(created);
    await twin.post('/v1/users', post);
    expect(await twin.get('/_sandbox/users')).toMatchObject([expected]);
  });

  it('Stripe’s status is shown once it is known, over the one the application posted', async () => {
    await deliver(
      event('customer.subscription.deleted', 1_790_000_500, subscription({ status: 'canceled' })),
    );
    await twin.post('/v1/subscriptions', { subscription_id: 'sub_1', company_id: 'sub_1', status: 'active' });
    expect(await twin.get('/_sandbox/subscriptions')).toMatchObject([{ status: 'canceled' }]);
  });

  it('of several subscriptions the user belongs to the newest that lives', async () => {
    const older = subscription({ id: 'sub_old', created: 1_790_000_001 });
    const newer = subscription({ id: 'sub_new', created: 1_790_000_900 });
    await deliver(event('customer.subscription.created', 1_790_000_900, newer));
    await deliver(event('customer.subscription.created', 1_790_000_001, older));
    expect(await twin.get('/_sandbox/users')).toMatchObject([{ user_id: 'cus_1', company_id: 'sub_new' }]);
    await deliver(event('customer.subscription.deleted', 1_790_001_000, { ...newer, status: 'canceled' }));
    expect(await twin.get('/_sandbox/users')).toMatchObject([{ user_id: 'cus_1', company_id: 'sub_old' }]);
  });

  it('survive a kill', async () => {
    await deliver(event('customer.created', 1_790_000_000, customer()));
    await deliver(event('customer.subscription.created', 1_790_000_010, subscription()));
    const before = await profiles();
    await twin.killAndRestart();
    expect(await profiles()).toEqual(before);
  });
});

describe('order and repetition', () => {
  it('any order of a customer’s life, with repeated deliveries, ends the same', async () => {
    const life = [
      event('customer.created', 1_790_000_000, customer({ email: 'a@example.com' })),
      event('customer.updated', 1_790_000_100, customer({ email: 'b@example.com' }), {
        email: 'a@example.com',
      }),
      event('customer.deleted', 1_790_000_200, customer({ email: 'b@example.com' })),
      event('customer.subscription.created', 1_790_000_010, subscription()),
      event('customer.subscription.updated', 1_790_000_300, subscription({ status: 'past_due' })),
    ];
    const seen = new Set<string>();
    for (let turn = 0; turn < life.length; turn += 1) {
      await twin.post('/_sandbox/reset', {});
      const turned = [...life.slice(turn), ...life.slice(0, turn)];
      for (const delivery of [...turned, ...turned.toReversed()]) expect(await deliver(delivery)).toBe(200);
      seen.add(JSON.stringify(await profiles()));
    }
    expect(seen.size).toBe(1);
    const { users, companies } = await profiles();
    expect(users).toMatchObject([
      { metadata: { stripe: { customer: { email: 'b@example.com', deleted: true } } }, company_id: 'sub_1' },
    ]);
    expect(companies).toMatchObject([{ metadata: { stripe: { subscription: { status: 'past_due' } } } }]);
  });

  it('events of no interest are acknowledged and change nothing', async () => {
    const others = [
      event('invoice.paid', 1_790_000_000, { id: 'in_1', object: 'invoice' }),
      event('customer.source.created', 1_790_000_000, { id: 'card_1', object: 'card' }),
      event('customer.discount.created', 1_790_000_000, { object: 'discount' }),
    ];
    for (const other of others) expect(await deliver(other)).toBe(200);
    expect(await profiles()).toEqual({ users: [], companies: [], subscriptions: [] });
  });
});

describe('the signature', () => {
  it('is checked once a secret is set, and the secret is never shown', async () => {
    const delivery = event('customer.created', 1_790_000_000, customer());
    expect((await twin.post(path, delivery)).status).toBe(200);
    await twin.post('/_sandbox/reset', {});
    const answer = await twin.post('/_sandbox/settings', { stripeWebhookSecret: secret });
    const settings = await answer.text();
    expect(settings).toContain('"stripeWebhookSecretSet":true');
    expect(settings + JSON.stringify(await twin.get('/_sandbox/settings'))).not.toContain(secret);

    const now = Math.floor(Date.now() / 1000);
    expect((await twin.post(path, delivery)).status).toBe(400);
    expect(await deliver(delivery, 'whsec_another')).toBe(400);
    expect(await deliver(delivery, secret, now - 400)).toBe(400);
    const signature = webhooks.generateTestHeaderString({ payload: JSON.stringify(delivery), secret });
    expect(
      (await twin.post(path, { ...delivery, created: 1 }, { 'stripe-signature': signature })).status,
    ).toBe(400);
    expect((await twin.post(path, delivery, { 'stripe-signature': 't=,v1=' })).status).toBe(400);
    expect(await twin.get('/_sandbox/users')).toEqual([]);

    expect((await twin.post(path, delivery, { 'stripe-signature': signature })).status).toBe(200);
    expect(await twin.get('/_sandbox/users')).toHaveLength(1);
  });

  it('stays required after a kill, and a reset that keeps the settings', async () => {
    await twin.post('/_sandbox/settings', { stripeWebhookSecret: secret, companyId: 'customer' });
    await twin.killAndRestart();
    expect((await twin.post('/_sandbox/reset', { keepSettings: true })).status).toBe(204);
    const delivery = event('customer.created', 1_790_000_000, customer());
    expect((await twin.post(path, delivery)).status).toBe(400);
    expect(await deliver(delivery)).toBe(200);
    expect(await twin.get('/_sandbox/companies')).toMatchObject([{ company_id: 'cus_1' }]);
  });

  it('400 for what is not a Stripe event', async () => {
    for (const body of ['', '{', '[]', {}, { object: 'event', type: 'customer.created' }]) {
      expect((await twin.post(path, body)).status).toBe(400);
    }
  });
});
