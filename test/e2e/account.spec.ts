import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  moesifList,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  STRIPE_KEY,
  stripeList,
} from '../support/farebox.js';
import { ADMIN_TOKEN, Operator } from '../support/operator.js';
import { logged, runProcess, until } from '../support/processes.js';

let farebox: Farebox;

beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    ADMIN_TOKEN,
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
  }));
});
afterAll(() => farebox?.stop());

interface Customer {
  token: string;
  email: string;
  accountId: string;
  customerId: string;
  subscriptionId: string;
}

async function register(plan?: string): Promise<Customer> {
  const person = newPerson();
  const { json } = await post(`${farebox.url}/register`, { ...person, ...(plan ? { plan } : {}) });
  const customerId = String(json['customerId']);
  const [row] = await query(farebox, 'select id from accounts where customer_id = $1', [customerId]);
  return {
    token: String(json['jwt']),
    email: person.email,
    accountId: String(row?.['id']),
    customerId,
    subscriptionId: String(json['subscriptionId']),
  };
}

const show = ({ token }: Customer) => request(`${farebox.url}/account`, bearer(token));
const send = ({ token }: Customer, what: 'plan' | 'cancel', body: object, headers = {}) =>
  post(`${farebox.url}/account/${what}`, body, { authorization: `Bearer ${token}`, ...headers });
const call = ({ token }: Customer) => request(`${farebox.url}/test-service`, bearer(token));

/** Something done in Stripe, as its API has it. */
async function stripe(method: string, path: string, form: Record<string, string> = {}) {
  const answer = await request(`${farebox.stripeUrl}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
  });
  expect(answer.status).toBe(200);
  return answer.json;
}

interface Item {
  id: string;
  price: { id: string; lookup_key: string; recurring: { meter: string | null } };
}
const itemsOf = async ({ subscriptionId }: Customer): Promise<Item[]> =>
  ((await stripe('GET', `subscriptions/${subscriptionId}`))['items'] as { data: Item[] }).data;
const changesAtStripe = async ({ subscriptionId }: Customer): Promise<number> => {
  const events = await stripeList(farebox, '/v1/events?type=customer.subscription.updated&limit=100');
  return events.filter(
    ({ data }) =>
      (data as { object: { id: string } }).object.id === subscriptionId &&
      'items' in ((data as { previous_attributes?: object }).previous_attributes ?? {}),
  ).length;
};
const faults = (fault: object) => post(`${farebox.stripeUrl}/_sandbox/faults`, fault);
const openChanges = ({ accountId }: Customer) =>
  query(farebox, 'select kind, plan from subscription_changes where account_id = $1 and ended_at is null', [
    accountId,
  ]);
/** As if the minute that the request has for itself were over, and then a start, which sweeps. */
async function sweep(): Promise<void> {
  await query(farebox, 'update subscription_changes set next_attempt_at = now() where ended_at is null');
  await farebox.app.kill('SIGKILL');
  await farebox.startApp();
}

describe('account.200', () => {
  it('shows plan, state, ids and period', async () => {
    const customer = await register();
    const { status, json } = await show(customer);
    expect(status).toBe(200);
    expect(json).toEqual({
      email: expect.stringMatching(/^person-.*@example\.com$/),
      plan: 'standard',
      status: 'active',
      active: true,
      companyId: customer.subscriptionId,
      customerId: customer.customerId,
      subscriptionId: customer.subscriptionId,
      currentPeriod: { start: expect.any(String), end: expect.any(String) },
      trialEnd: null,
      graceEnd: null,
      pendingChange: null,
      cancelAtPeriodEnd: false,
      cancelAt: null,
      closedAt: null,
      paymentMethod: 'missing',
      callsWithoutCard: null,
    });
    const { start, end } = json['currentPeriod'] as { start: string; end: string };
    expect(start).toBe(new Date(start).toISOString());
    expect(Date.parse(end)).toBeGreaterThan(Date.parse(start) + 27 * 86_400_000);
  });

  it('is readable when the subscription is not active, and says until when grace lasts', async () => {
    const customer = await register();
    const change = (status: string) =>
      post(`${farebox.stripeUrl}/_sandbox/subscriptions/${customer.subscriptionId}`, { status });
    await change('unpaid');
    await until(async () => (await call(customer)).status === 402);
    expect((await show(customer)).json).toMatchObject({ status: 'unpaid', active: false, graceEnd: null });
    await change('past_due');
    const account = await until(async () => {
      const { json } = await show(customer);
      return json['status'] === 'past_due' ? json : undefined;
    });
    expect(account['active']).toBe(true);
    const [row] = (await query(farebox, 'select past_due_since from accounts where id = $1', [
      customer.accountId,
    ])) as { past_due_since: Date }[];
    expect(account['graceEnd']).toBe(new Date(Number(row?.past_due_since) + 3 * 86_400_000).toISOString());
  });

  it('shows the end of a trial, and a cancellation at the end of the period', async () => {
    const customer = await register();
    const trialEnd = Math.floor(Date.now() / 1_000) + 10 * 86_400;
    await stripe('POST', `subscriptions/${customer.subscriptionId}`, { trial_end: String(trialEnd) });
    await until(async () => (await show(customer)).json['status'] === 'trialing');
    expect((await show(customer)).json).toMatchObject({
      active: true,
      trialEnd: new Date(trialEnd * 1_000).toISOString(),
    });
    expect((await call(customer)).status).toBe(200);
  });
});

describe('account.401 and 403', () => {
  it('asks for a token, and not one of an end user', async () => {
    expect((await request(`${farebox.url}/account`)).json['code']).toBe('token_missing');
    const customer = await register();
    const { json } = await post(
      `${farebox.url}/account/tokens`,
      { name: 'x', user: 'user-1' },
      { authorization: `Bearer ${customer.token}` },
    );
    const ofUser = { ...customer, token: String(json['jwt']) };
    for (const answer of [
      await show(ofUser),
      await send(ofUser, 'plan', { plan: 'volume' }),
      await send(ofUser, 'cancel', {}),
    ])
      expect([answer.status, answer.json['code']]).toEqual([403, 'forbidden']);
    expect((await show(customer)).json).toMatchObject({ plan: 'standard', status: 'active' });
  });
});

describe('account-plan.200', () => {
  it('swaps the price of the one item, and the next call with the old token is of the new plan everywhere', async () => {
    const customer = await register();
    const [before] = await itemsOf(customer);
    const { status, json } = await send(customer, 'plan', { plan: 'volume' });
    expect([status, json['plan'], json['subscriptionId']]).toEqual([200, 'volume', customer.subscriptionId]);
    const answer = await call(customer);
    expect(answer.status).toBe(200);
    const items = await itemsOf(customer);
    expect(items).toHaveLength(1);
    expect(items[0]?.id).toBe(before?.id);
    expect(items[0]?.price.lookup_key).toContain('volume');
    const id = String(answer.headers.get('x-request-id'));
    expect(await query(farebox, 'select plan, subscription_id from calls where id = $1', [id])).toEqual([
      { plan: 'volume', subscription_id: customer.subscriptionId },
    ]);
    await until(async () =>
      (await moesifList(farebox, 'events')).some(
        (event) =>
          event['company_id'] === customer.subscriptionId &&
          (event['metadata'] as { transaction_id?: string }).transaction_id === id,
      ),
    );
    await until(async () =>
      (await moesifList(farebox, 'subscriptions')).some(
        (subscription) =>
          subscription['subscription_id'] === customer.subscriptionId &&
          (subscription['metadata'] as { plan?: string }).plan === 'volume',
      ),
    );
    await until(async () =>
      (await moesifList(farebox, 'companies')).some(
        (company) =>
          company['company_id'] === customer.subscriptionId &&
          (company['metadata'] as { plan?: string }).plan === 'volume',
      ),
    );
  });

  it('the plan it is on: nothing is asked of Stripe', async () => {
    const customer = await register();
    await farebox.stripe.kill('SIGKILL');
    try {
      const { status, json } = await send(customer, 'plan', { plan: 'standard' });
      expect([status, json['plan']]).toEqual([200, 'standard']);
    } finally {
      await farebox.startStripe();
    }
    expect(await openChanges(customer)).toEqual([]);
  });

  it('under an Idempotency-Key: the same answer again, and nothing is changed again', async () => {
    const customer = await register();
    const headers = { 'idempotency-key': 'change-1' };
    const first = await send(customer, 'plan', { plan: 'volume' }, headers);
    await send(customer, 'plan', { plan: 'package' });
    const again = await send(customer, 'plan', { plan: 'volume' }, headers);
    expect(again.text).toBe(first.text);
    expect((await show(customer)).json['plan']).toBe('package');
    const other = await send(customer, 'plan', { plan: 'graduated' }, headers);
    expect([other.status, other.json['code']]).toEqual([422, 'idempotency_key_reused']);
  });

  it('two changes at once are made one after the other, on one item', async () => {
    const customer = await register();
    const answers = await Promise.all(
      ['volume', 'package', 'volume', 'graduated'].map((plan) =>
        // On a busy machine one that waits for the others is told to ask again.
        until(async () => {
          const { status } = await send(customer, 'plan', { plan });
          return status !== 503 && status;
        }),
      ),
    );
    expect(answers).toEqual([200, 200, 200, 200]);
    const items = await itemsOf(customer);
    expect(items).toHaveLength(1);
    const plan = String((await show(customer)).json['plan']);
    expect(items[0]?.price.lookup_key).toContain(plan);
  });
});

describe('a new subscription, made in Stripe', () => {
  it('the next call with the old token is of it, in the ledger and at Moesif', async () => {
    const customer = await register();
    const [item] = await itemsOf(customer);
    await stripe('DELETE', `subscriptions/${customer.subscriptionId}`);
    await until(async () => (await call(customer)).status === 402);
    const { id: next } = await stripe('POST', 'subscriptions', {
      customer: customer.customerId,
      'items[0][price]': String(item?.price.id),
    });
    const answer = await until(async () => {
      const called = await call(customer);
      return called.status === 200 ? called : undefined;
    });
    const id = String(answer.headers.get('x-request-id'));
    const row = 'select subscription_id, company_id from calls where id = $1';
    expect(await query(farebox, row, [id])).toEqual([{ subscription_id: next, company_id: next }]);
    await until(async () =>
      (await moesifList(farebox, 'events')).some(
        (event) =>
          event['company_id'] === next &&
          (event['metadata'] as { transaction_id?: string }).transaction_id === id,
      ),
    );
    expect((await show(customer)).json).toMatchObject({ subscriptionId: next, companyId: next });
  });
});

describe('account-plan.400', () => {
  it.each([[{ plan: 'gold' }], [{}], [{ plan: 7 }], [{ plan: 'volume', more: 1 }]])('%j', async (body) => {
    const customer = await register();
    const { status, json } = await send(customer, 'plan', body);
    expect([status, json['code']]).toEqual([400, 'validation_failed']);
    if ('plan' in body && body.plan === 'gold')
      expect(JSON.stringify(json['errors'])).toContain('standard, package, graduated, volume');
    expect((await show(customer)).json['plan']).toBe('standard');
  });
});

describe('account-plan.402', () => {
  it('of a subscription that has ended', async () => {
    const customer = await register();
    await send(customer, 'cancel', {});
    const { status, json } = await send(customer, 'plan', { plan: 'volume' });
    expect([status, json['code']]).toEqual([402, 'subscription_inactive']);
    expect(await openChanges(customer)).toEqual([]);
  });
});

describe('account-plan.503', () => {
  it('Stripe away: kept, and the same request carries on', async () => {
    const customer = await register();
    await farebox.stripe.kill('SIGKILL');
    const { status, json, headers } = await send(customer, 'plan', { plan: 'volume' });
    expect([status, json['code']]).toEqual([503, 'billing_unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await openChanges(customer)).toEqual([{ kind: 'plan', plan: 'volume' }]);
    // Calls go on, on the plan that it has.
    expect((await call(customer)).status).toBe(200);
    await farebox.startStripe();
    // It was used meanwhile, so that tiers would start anew: the change waits for the end of the period.
    const again = await send(customer, 'plan', { plan: 'volume' });
    expect([again.status, again.json['plan'], again.json['pendingChange']]).toEqual([
      200,
      'standard',
      { plan: 'volume', at: (again.json['currentPeriod'] as { end: string }).end },
    ]);
    expect(await changesAtStripe(customer)).toBe(0);
    expect(await openChanges(customer)).toEqual([]);
  });

  it('the answer of Stripe is lost: changed once, by the same request', async () => {
    const customer = await register();
    const path = `/v1/subscriptions/${customer.subscriptionId}`;
    await faults({ path, method: 'POST', drop: 'after', times: 2 });
    expect((await send(customer, 'plan', { plan: 'volume' })).status).toBe(503);
    expect((await send(customer, 'plan', { plan: 'volume' })).status).toBe(200);
    expect(await changesAtStripe(customer)).toBe(1);
  });

  it('killed while Stripe makes the change: made once, and finished by the sweep', async () => {
    const customer = await register();
    await faults({ path: `/v1/subscriptions/${customer.subscriptionId}`, method: 'POST', delayMs: 1_000 });
    const cut = send(customer, 'plan', { plan: 'volume' }).catch(() => undefined);
    await until(
      async () =>
        (await query(farebox, 'select 1 from stripe_writes where attempt = 1 and object_id is null')).length >
        0,
    );
    await sweep();
    expect(await cut).toBeUndefined();
    await until(async () => (await openChanges(customer)).length === 0);
    expect((await show(customer)).json['plan']).toBe('volume');
    expect(await changesAtStripe(customer)).toBe(1);
  });

  it('asked while Stripe is away: the sweep finishes it, once, and what was asked later comes later', async () => {
    const customer = await register();
    await farebox.stripe.kill('SIGKILL');
    expect((await send(customer, 'plan', { plan: 'volume' })).status).toBe(503);
    expect((await send(customer, 'plan', { plan: 'package' })).status).toBe(503);
    await farebox.startStripe();
    await sweep();
    await until(async () => (await openChanges(customer)).length === 0);
    expect((await show(customer)).json['plan']).toBe('package');
    expect(await changesAtStripe(customer)).toBe(2);
  });
});

describe('account-cancel.200', () => {
  it('now: with a last invoice, 402 from then on, and the account can still be read', async () => {
    const customer = await register();
    const { status, json } = await send(customer, 'cancel', {});
    expect([status, json['status'], json['active']]).toEqual([200, 'canceled', false]);
    expect([(await call(customer)).status, (await call(customer)).json['code']]).toEqual([
      402,
      'subscription_inactive',
    ]);
    const invoices = await stripeList(farebox, `/v1/invoices?subscription=${customer.subscriptionId}`);
    expect(invoices).toHaveLength(1);
    expect((await show(customer)).status).toBe(200);
    // Again: nothing more.
    expect((await send(customer, 'cancel', {})).json['status']).toBe('canceled');
  });

  it('at the end of the period: it goes on until then', async () => {
    const customer = await register();
    const { status, json } = await send(customer, 'cancel', { at: 'period_end' });
    expect([status, json['status'], json['cancelAtPeriodEnd']]).toEqual([200, 'active', true]);
    expect(json['cancelAt']).toBe((json['currentPeriod'] as { end: string }).end);
    expect((await call(customer)).status).toBe(200);
    expect((await send(customer, 'cancel', { at: 'period_end' })).status).toBe(200);
    expect((await send(customer, 'cancel', {})).json['status']).toBe('canceled');
  });

  it('more at once than a process has connections for: each has its turn', async () => {
    const small = await farebox.startSibling({ DATABASE_POOL_SIZE: '2' });
    const registered = await Promise.all(
      Array.from({ length: 8 }, () => post(`${small.url}/register`, newPerson())),
    );
    expect(registered.map(({ status }) => status)).toEqual(registered.map(() => 200));
    const answers = await Promise.all(
      registered.map(({ json: { jwt } }) =>
        post(`${small.url}/account/cancel`, { at: 'now' }, { authorization: `Bearer ${String(jwt)}` }),
      ),
    );
    expect(answers.map(({ status, json }) => [status, json['status']])).toEqual(
      registered.map(() => [200, 'canceled']),
    );
    await small.process.stop();
  });

  it('Stripe away: 503, and the sweep finishes it', async () => {
    const customer = await register();
    await farebox.stripe.kill('SIGKILL');
    expect((await send(customer, 'cancel', {})).status).toBe(503);
    await farebox.startStripe();
    await sweep();
    await until(async () => (await show(customer)).json['status'] === 'canceled');
  });

  it('400 for another time', async () => {
    const customer = await register();
    expect((await send(customer, 'cancel', { at: 'tomorrow' })).status).toBe(400);
    expect((await show(customer)).json['status']).toBe('active');
  });
});

describe('an account whose customer was deleted in Stripe', () => {
  it('is closed: 402 says so, and its email can register anew', async () => {
    const customer = await register();
    await stripe('DELETE', `customers/${customer.customerId}`);
    const refused = await until(async () => {
      const answer = await call(customer);
      return answer.status === 402 && String(answer.json['detail']).includes('closed') ? answer : undefined;
    });
    expect(refused.json['code']).toBe('subscription_inactive');
    expect((await show(customer)).json).toMatchObject({ status: 'canceled', closedAt: expect.any(String) });
    expect((await send(customer, 'plan', { plan: 'volume' })).status).toBe(402);
    const { status, json } = await post(`${farebox.url}/register`, {
      ...newPerson(),
      email: customer.email,
    });
    expect(status).toBe(200);
    expect(json['customerId']).not.toBe(customer.customerId);
    expect((await call({ ...customer, token: String(json['jwt']) })).status).toBe(200);
    expect((await call(customer)).status).toBe(402);
    expect((await post(`${farebox.url}/register`, { ...newPerson(), email: customer.email })).status).toBe(
      409,
    );
  });
});

describe('more than one live item on a meter', () => {
  it('is told to the operator: in the list of accounts, as a metric, in the log', async () => {
    const customer = await register();
    const [item] = await itemsOf(customer);
    const second = await stripe('POST', 'subscriptions', {
      customer: customer.customerId,
      'items[0][price]': String(item?.price.id),
    });
    const [extra] = (second['items'] as { data: Item[] }).data;
    const listed = async () => {
      const listing = await runProcess({
        script: 'dist/cli.js',
        args: ['accounts', 'list', '--json'],
        env: farebox.env,
      });
      return (JSON.parse(listing.stdout()) as { customerId: string; surplusItems: string[] }[]).find(
        ({ customerId }) => customerId === customer.customerId,
      );
    };
    await until(async () => (await listed())?.surplusItems[0] === extra?.id);
    expect((await request(`${farebox.url}/metrics`)).text).toMatch(/farebox_accounts_doubly_metered 1\n/);
    await logged(farebox.app, 'more than one live subscription item on a meter');
    await stripe('DELETE', `subscriptions/${String(second['id'])}`);
    await until(async () => (await listed())?.surplusItems.length === 0);
  });
});

describe('a subscription whose collection is paused in Stripe', () => {
  const listed = async ({ customerId }: Customer): Promise<unknown> => {
    const args = ['accounts', 'list', '--json'];
    const { stdout } = await runProcess({ script: 'dist/cli.js', args, env: farebox.env });
    const accounts = JSON.parse(stdout()) as { customerId: string; collectionPaused: unknown }[];
    return accounts.find((entry) => entry.customerId === customerId)?.collectionPaused;
  };
  const paused = async (): Promise<number> => {
    const { text } = await request(`${farebox.url}/metrics`);
    return Number(/^farebox_accounts_collection_paused (.*)$/m.exec(text)?.[1]);
  };

  it('goes on calling, and the operator sees it until it is resumed', async () => {
    const customer = await register();
    const { subscriptionId } = customer;
    await stripe('POST', `subscriptions/${subscriptionId}`, { 'pause_collection[behavior]': 'void' });
    await until(async () => (await paused()) === 1);
    expect(await listed(customer)).toBe('void');
    expect((await call(customer)).status).toBe(200);
    const path = `accounts/${customer.customerId}`;
    expect((await new Operator(farebox).get(path)).json).toMatchObject({ collectionPaused: 'void' });
    await stripe('POST', `subscriptions/${subscriptionId}`, {
      'pause_collection[behavior]': 'keep_as_draft',
    });
    await until(async () => (await listed(customer)) === 'keep_as_draft');
    await stripe('POST', `subscriptions/${subscriptionId}`, { pause_collection: '' });
    await until(async () => (await paused()) === 0);
    expect(await listed(customer)).toBeNull();
  });

  it('is paused no longer once it has ended', async () => {
    const customer = await register();
    const path = `subscriptions/${customer.subscriptionId}`;
    await stripe('POST', path, { 'pause_collection[behavior]': 'mark_uncollectible' });
    await until(async () => (await paused()) === 1);
    await stripe('DELETE', path);
    await until(async () => (await paused()) === 0);
    expect(await listed(customer)).toBeNull();
  });
});
