import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
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
import { type RunningProcess, runProcess, until } from '../support/processes.js';

const PREVIOUS_SECRET = 'whsec_the_secret_before_the_rotation_0123456789';

let farebox: Farebox;
let siblings: { url: string; process: RunningProcess }[];
let secret: string;

beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => {
    secret = await createWebhookEndpoint(STRIPE_API_BASE, PORT);
    return { STRIPE_WEBHOOK_SECRET: `${PREVIOUS_SECRET},${secret}` };
  });
  siblings = await Promise.all([farebox.startSibling(), farebox.startSibling()]);
});
afterAll(async () => {
  await Promise.all((siblings ?? []).map(({ process }) => process.kill('SIGTERM')));
  await farebox?.stop();
});

interface Customer {
  token: string;
  customerId: string;
  subscriptionId: string;
}

async function register(): Promise<Customer> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  return {
    token: String(json['jwt']),
    customerId: String(json['customerId']),
    subscriptionId: String(json['subscriptionId']),
  };
}

const everywhere = (): string[] => [farebox.url, ...siblings.map(({ url }) => url)];
const call = (url: string, { token }: Customer) => request(`${url}/test-service`, bearer(token));
const change = (subscriptionId: string, status: string) =>
  post(`${farebox.stripeUrl}/_sandbox/subscriptions/${subscriptionId}`, { status });

/** Waits until the call is answered so in every process. @returns how long the last one took, in milliseconds. */
/** Sooner than the sweep of a minute would have it so. */
async function untilEverywhere(customer: Customer, status: number): Promise<void> {
  await Promise.all(
    everywhere().map((url) => until(async () => (await call(url, customer)).status === status, 5_000)),
  );
}

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

/** The id of the price of a plan of the example catalog. */
async function priceOf(plan: string): Promise<string> {
  const prices = await stripeList(farebox, '/v1/prices?limit=100');
  return String(prices.find((price) => String(price['lookup_key']).includes(plan))?.['id']);
}

interface Signed {
  body: string;
  signature: string;
}

const now = (): number => Math.floor(Date.now() / 1_000);

/** Signed as Stripe does: https://docs.stripe.com/webhooks#verify-manually */
function signText(body: string, { key = secret, at = now() } = {}): Signed {
  const signature = createHmac('sha256', key).update(`${at}.${body}`).digest('hex');
  return { body, signature: `t=${at},v1=${signature}` };
}

const sign = (event: object, options?: { key?: string; at?: number }): Signed =>
  signText(JSON.stringify(event), options);

const deliver = ({ body, signature }: Signed, url = farebox.url) =>
  request(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body,
  });

let made = 0;
const eventOf = (type: string, object: object) => ({
  id: `evt_test_${process.pid}_${++made}`,
  object: 'event',
  type,
  created: Math.floor(Date.now() / 1_000),
  data: { object },
});
const stateOf = async (id: string): Promise<unknown> =>
  (await query(farebox, 'select state from webhook_events where id = $1', [id]))[0]?.['state'];

const attemptsAt = async (id: string): Promise<number> =>
  Number((await query(farebox, 'select attempts from webhook_events where id = $1', [id]))[0]?.['attempts']);

/** Until the faults are taken away: whoever else asks for the customer meanwhile (its own news, say) uses none up. */
const failCustomer = ({ customerId }: Customer) =>
  post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: `/v1/customers/${customerId}`,
    method: 'GET',
    status: 500,
    times: 1_000,
  });

/** Waits until nothing that was stored is left to be applied. */
const untilApplied = () =>
  until(
    async () =>
      (await query(farebox, `select 1 from webhook_events where state = 'pending' limit 1`)).length === 0,
    30_000,
  );

describe('webhooks.200', () => {
  it('stores an event once, however often it comes, and applies it', async () => {
    const { customerId, subscriptionId } = await register();
    const event = eventOf('customer.subscription.updated', {
      object: 'subscription',
      id: subscriptionId,
      customer: customerId,
    });
    for (let time = 0; time < 3; time++) expect((await deliver(sign(event))).status).toBe(200);
    await until(async () => (await stateOf(event.id)) === 'done');
    expect(await query(farebox, 'select 1 from webhook_events where id = $1', [event.id])).toHaveLength(1);
  });

  it('takes the earlier secret while one is rotated', async () => {
    expect((await deliver(sign(eventOf('some.thing', {}), { key: PREVIOUS_SECRET }))).status).toBe(200);
  });

  it('keeps and ignores types that nobody handles', async () => {
    const event = eventOf('radar.early_fraud_warning.created', {
      object: 'radar.early_fraud_warning',
      id: 'x',
    });
    await deliver(sign(event));
    await until(async () => (await stateOf(event.id)) === 'ignored');
  });

  it('stores thin events, which are signed the same way', async () => {
    const event = {
      id: 'evt_thin_1',
      object: 'v2.core.event',
      type: 'v1.billing.meter.error_report_triggered',
      created: '2026-11-21T10:00:00.000Z',
      context: 'acct_1',
      related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
    };
    expect((await deliver(sign(event))).status).toBe(200);
    await until(async () => (await stateOf(event.id)) === 'done');
    const stored = 'select object_id, happened_at, payload from webhook_events where id = $1';
    expect(await query(farebox, stored, [event.id])).toEqual([
      { object_id: 'mtr_1', happened_at: new Date(event.created), payload: event },
    ]);
    expect((await deliver(sign(event, { at: now() - 360 }))).status).toBe(400);
    expect((await deliver(sign(event, { key: 'whsec_of_somebody_else' }))).status).toBe(400);
  });

  it('of a customer who is not known yet: waits, and is applied when the account is there', async () => {
    const { customerId, subscriptionId } = await register();
    const event = eventOf('customer.subscription.updated', {
      object: 'subscription',
      id: subscriptionId,
      customer: 'cus_of_somebody_else',
    });
    await deliver(sign(event));
    await until(async () => (await stateOf(event.id)) === 'waiting');
    // What Stripe said of this customer before its account was written has been taken up since.
    await until(
      async () =>
        (
          await query(farebox, `select 1 from webhook_events where customer_id = $1 and state <> 'done'`, [
            customerId,
          ])
        ).length === 0,
    );
  });
});

describe('webhooks.400: what Stripe did not sign, and nothing is stored', () => {
  const event = eventOf('customer.updated', { object: 'customer', id: 'cus_forged' });
  const cases: [what: string, make: () => Signed][] = [
    ['another secret', () => sign(event, { key: 'whsec_of_somebody_else_0123456789' })],
    ['a signature of six minutes ago', () => sign(event, { at: now() - 360 })],
    [
      'a body that was changed',
      () => ({ ...sign(event), body: JSON.stringify(event).replace('forged', 'other') }),
    ],
    ['a signature that is none', () => ({ ...sign(event), signature: 'garbage' })],
    ['no JSON', () => signText('hello')],
    ['no event', () => sign({ hello: 'world' })],
  ];

  it.each(cases)('%s', async (_what, make) => {
    const { status, json } = await deliver(make());
    expect([status, json['code']]).toEqual([400, 'malformed_request']);
    expect(await stateOf(event.id)).toBeUndefined();
  });

  it('no signature', async () => {
    expect((await post(`${farebox.url}/webhooks/stripe`, event)).status).toBe(400);
    expect(await stateOf(event.id)).toBeUndefined();
  });
});

describe('signed, with what PostgreSQL keeps in no text', () => {
  const NUL = 'a\u0000b';
  const customer = { object: 'customer', id: 'cus_nul' };
  const numberOfEvents = async (): Promise<unknown> =>
    (await query(farebox, 'select count(*)::int as n from webhook_events'))[0]?.['n'];

  it.each<[string, () => object]>([
    ['its type', () => eventOf(`customer.${NUL}`, customer)],
    ['its id', () => ({ ...eventOf('customer.updated', customer), id: `evt_${NUL}` })],
    ['the id of its object', () => eventOf('invoice.updated', { object: 'invoice', id: `in_${NUL}` })],
    ['the id of its customer', () => eventOf('invoice.updated', { id: 'in_1', customer: `cus_${NUL}` })],
    [
      'the id that a thin event is about',
      () => ({
        ...eventOf('v1.billing.meter.no_meter_found', {}),
        object: 'v2.core.event',
        created: '2026-11-21T10:00:00.000Z',
        related_object: { id: `mtr_${NUL}` },
      }),
    ],
  ])('400 and nothing is stored: NUL in %s', async (_where, make) => {
    const before = await numberOfEvents();
    // As often as Stripe likes: it gives up after three days.
    for (let delivery = 0; delivery < 2; delivery++) {
      const { status, json } = await deliver(sign(make()));
      expect([status, json['code']]).toEqual([400, 'malformed_request']);
    }
    expect(await numberOfEvents()).toBe(before);
  });

  it.each<[string, object]>([
    ['NUL in other texts and names', { [NUL]: 1, description: NUL, metadata: { [`${NUL}c`]: [NUL] } }],
    ['half a character in them', { description: '\ud800', metadata: { '\udfff': 'x' } }],
  ])('200, stored once and applied: %s', async (_what, more) => {
    const { customerId } = await register();
    const event = eventOf('customer.updated', { object: 'customer', id: customerId, ...more });
    for (let delivery = 0; delivery < 2; delivery++) expect((await deliver(sign(event))).status).toBe(200);
    await until(async () => (await stateOf(event.id)) === 'done');
    expect(await query(farebox, 'select 1 from webhook_events where id = $1', [event.id])).toHaveLength(1);
    const { code, stdout } = await runProcess({
      script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
      args: ['webhooks', 'list', '--json'],
      env: farebox.env,
      cwd: String(farebox.env['FAREBOX_HOME']),
    });
    expect([code, stdout().includes(event.id)]).toEqual([0, true]);
  });
});

it('signed, with more levels than PostgreSQL reads: 400, and the next event is stored', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const event = eventOf('customer.updated', { object: 'customer', id: 'cus_deep', deep: 'here' });
  const { status, json } = await deliver(signText(JSON.stringify(event).replace('"here"', deep)));
  expect([status, json['code']]).toEqual([400, 'malformed_request']);
  expect(await stateOf(event.id)).toBeUndefined();
  expect((await deliver(sign(eventOf('some.thing', {})))).status).toBe(200);
});

describe('the state of the subscription rules access, in every process', () => {
  it.each(['unpaid', 'paused'])('%s: 402, and active again: 200', async (status) => {
    const customer = await register();
    await untilEverywhere(customer, 200);
    await change(customer.subscriptionId, status);
    await untilEverywhere(customer, 402);
    expect((await call(farebox.url, customer)).json['code']).toBe('subscription_inactive');
    await change(customer.subscriptionId, 'active');
    await untilEverywhere(customer, 200);
  });

  it('cancelled in Stripe: 402, and Moesif is told', async () => {
    const customer = await register();
    await untilEverywhere(customer, 200);
    await stripe('DELETE', `subscriptions/${customer.subscriptionId}`);
    await untilEverywhere(customer, 402);
    await until(async () =>
      (await moesifList(farebox, 'subscriptions')).some(
        (subscription) =>
          subscription['subscription_id'] === customer.subscriptionId &&
          subscription['status'] === 'cancelled',
      ),
    );
  });

  it('the customer deleted in Stripe: 402', async () => {
    const customer = await register();
    await untilEverywhere(customer, 200);
    await stripe('DELETE', `customers/${customer.customerId}`);
    await untilEverywhere(customer, 402);
  });

  it('past due: goes on for PAST_DUE_GRACE, then 402', async () => {
    const customer = await register();
    await untilEverywhere(customer, 200);
    await change(customer.subscriptionId, 'past_due');
    await until(
      async () =>
        (
          await query(farebox, 'select past_due_since from accounts where customer_id = $1', [
            customer.customerId,
          ])
        )[0]?.['past_due_since'] !== null,
    );
    await untilEverywhere(customer, 200);
    // As if it had been so for longer than the grace of three days.
    await query(
      farebox,
      `update accounts set past_due_since = now() - interval '73 hours' where customer_id = $1`,
      [customer.customerId],
    );
    await query(farebox, `select pg_notify('account_changed', $1)`, [customer.customerId]);
    await untilEverywhere(customer, 402);
    await change(customer.subscriptionId, 'active');
    await untilEverywhere(customer, 200);
  });

  it('with the notification connections of all processes killed: within a second or so all the same', async () => {
    const customer = await register();
    await untilEverywhere(customer, 200);
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'farebox notifications' and datname = current_database()`;
    await query(farebox, kill);
    await change(customer.subscriptionId, 'unpaid');
    await query(farebox, kill);
    await untilEverywhere(customer, 402);
  });

  it('on another plan in Stripe: the next call is on the new plan, in the ledger', async () => {
    const customer = await register();
    await untilEverywhere(customer, 200);
    const { items } = await stripe('GET', `subscriptions/${customer.subscriptionId}`);
    await stripe('POST', `subscriptions/${customer.subscriptionId}`, {
      'items[0][id]': String((items as { data: { id: string }[] }).data[0]?.id),
      'items[0][price]': await priceOf('graduated'),
    });
    const plan = await until(async () => {
      const { headers } = await call(farebox.url, customer);
      const rows = await query(farebox, 'select plan from calls where id = $1', [
        headers.get('x-request-id'),
      ]);
      return rows[0]?.['plan'] === 'graduated' ? 'graduated' : undefined;
    });
    expect(plan).toBe('graduated');
  });

  it('two live subscriptions: the oldest of ours counts, and the operator is told', async () => {
    const customer = await register();
    await stripe('POST', 'subscriptions', {
      customer: customer.customerId,
      'items[0][price]': await priceOf('volume'),
    });
    await until(async () =>
      [farebox.app, ...siblings.map(({ process }) => process)].some((app) =>
        app.output().includes('more than one live subscription'),
      ),
    );
    const [account] = await query(
      farebox,
      'select subscription_id, plan from accounts where customer_id = $1',
      [customer.customerId],
    );
    expect(account).toEqual({ subscription_id: customer.subscriptionId, plan: 'standard' });
  });
});

it('news that never came: the review finds it', async () => {
  const customer = await register();
  await untilEverywhere(customer, 200);
  await untilApplied();
  // A new account is looked at once more: not after its news is held back.
  await until(async () =>
    (await query(farebox, 'select 1 from usage_periods where customer_id = $1', [customer.customerId])).at(0),
  );
  const endpoints = await stripeList(farebox, '/v1/webhook_endpoints');
  const switchAll = (disabled: boolean) =>
    Promise.all(
      endpoints.map(({ id }) =>
        stripe('POST', `webhook_endpoints/${String(id)}`, { disabled: String(disabled) }),
      ),
    );
  await switchAll(true);
  await change(customer.subscriptionId, 'unpaid');
  expect((await call(farebox.url, customer)).status).toBe(200);
  // As if it had last been looked at two days ago; the review runs with the sweep, at start too.
  await query(farebox, `update accounts set reviewed_at = now() - interval '2 days'`);
  const sibling = await farebox.startSibling();
  await untilEverywhere(customer, 402);
  await sibling.process.kill('SIGTERM');
  await switchAll(false);
});

it('Stripe away while an event is applied: it is tried again, and applied when Stripe is back', async () => {
  const customer = await register();
  await untilApplied();
  await failCustomer(customer);
  const event = eventOf('customer.updated', { object: 'customer', id: customer.customerId });
  await deliver(sign(event));
  await until(async () => (await attemptsAt(event.id)) > 0);
  expect(await stateOf(event.id)).toBe('pending');
  await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
  await until(async () => (await stateOf(event.id)) === 'done');
});

it('an invoice that cannot be looked up holds up nothing else of its customer, and its event is done when it is written down', async () => {
  const customer = await register();
  const { id } = await stripe('POST', 'invoices', { customer: customer.customerId });
  const written = () => query(farebox, 'select 1 from mirrored_invoices where invoice_id = $1', [id]);
  await until(async () => (await written()).length === 1);
  await untilApplied();
  await query(farebox, 'delete from mirrored_invoices where invoice_id = $1', [id]);
  await post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: `/v1/invoices/${String(id)}`,
    method: 'GET',
    status: 500,
    times: 1_000,
  });
  const about = { object: 'invoice', id, customer: customer.customerId };
  const failing = [eventOf('invoice.updated', about), eventOf('invoice.overdue', about)];
  const fine = eventOf('customer.updated', { object: 'customer', id: customer.customerId });
  await Promise.all([...failing, fine].map((event) => deliver(sign(event))));
  await until(async () => (await stateOf(fine.id)) === 'done');
  for (const event of failing) {
    await until(async () => (await attemptsAt(event.id)) > 0);
    expect(await stateOf(event.id)).toBe('pending');
  }
  expect(await written()).toEqual([]);
  await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
  for (const event of failing) await until(async () => (await stateOf(event.id)) === 'done');
  expect(await written()).toHaveLength(1);
});

describe('farebox webhooks', () => {
  const operator = (...args: string[]) =>
    runProcess({ script: 'dist/cli.js', args: ['webhooks', ...args, '--json'], env: farebox.env });

  it('list shows what is parked and why, and replay has it applied again', async () => {
    const customer = await register();
    await untilApplied();
    const event = eventOf('customer.updated', { object: 'customer', id: customer.customerId });
    await deliver(sign(event));
    await untilApplied();
    await query(
      farebox,
      `update webhook_events set state = 'parked', attempts = 12, last_error = 'Error: poison' where id = $1`,
      [event.id],
    );
    const listed = await operator('list', '--state', 'parked');
    expect(JSON.parse(listed.stdout())).toEqual([
      expect.objectContaining({ id: event.id, attempts: 12, lastError: 'Error: poison' }),
    ]);
    expect(JSON.parse((await operator('replay', '--parked')).stdout())).toEqual({ replayed: 1 });
    await until(async () => (await stateOf(event.id)) === 'done');
    expect((await operator('replay', 'evt_nobody_knows')).code).toBe(1);
    expect((await operator('replay')).output()).toContain('--parked');
  });
});

it('an event that fails for ever is parked, and holds up nobody', async () => {
  const [poisoned, other] = [await register(), await register()];
  await untilApplied();
  await failCustomer(poisoned);
  const event = eventOf('customer.updated', { object: 'customer', id: poisoned.customerId });
  await deliver(sign(event));
  await until(async () => (await attemptsAt(event.id)) > 0);
  const fine = eventOf('customer.updated', { object: 'customer', id: other.customerId });
  await deliver(sign(fine));
  await until(async () => (await stateOf(fine.id)) === 'done');
  // As if it had failed for half an hour.
  await query(farebox, `update webhook_events set attempts = 11, next_attempt_at = now() where id = $1`, [
    event.id,
  ]);
  await deliver(sign(eventOf('customer.updated', { object: 'customer', id: other.customerId })));
  await until(async () => (await stateOf(event.id)) === 'parked');
  await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
});

it('200 events of 20 types in any order, each one to three times, 8 at a time: the state is Stripe’s', async () => {
  const customer = await register();
  await untilEverywhere(customer, 200);
  const types = [
    ...['created', 'updated', 'deleted'].map((what) => `customer.${what}`),
    ...['created', 'updated', 'deleted', 'paused', 'resumed', 'trial_will_end'].map(
      (what) => `customer.subscription.${what}`,
    ),
    ...['created', 'finalized', 'paid', 'payment_failed', 'voided', 'updated'].map(
      (what) => `invoice.${what}`,
    ),
    'charge.refunded',
    'price.updated',
    'product.updated',
    'payment_method.attached',
    'credit_note.created',
  ];
  // What they carry is out of date, and says all sorts of things: it must not matter.
  const statuses = ['active', 'past_due', 'canceled', 'unpaid', 'trialing'];
  const events = Array.from({ length: 200 }, (_, index) => {
    const type = types[index % types.length] ?? '';
    const object = type.startsWith('customer.subscription')
      ? {
          object: 'subscription',
          id: customer.subscriptionId,
          customer: customer.customerId,
          status: statuses[index % 5],
        }
      : /^customer\.[a-z]+$/.test(type)
        ? { object: 'customer', id: customer.customerId }
        : { object: type.split('.')[0], id: `x_${index}`, customer: customer.customerId };
    return eventOf(type, object);
  });
  const queue = events.flatMap((event, index) => Array.from({ length: 1 + (index % 3) }, () => event));
  for (let index = queue.length - 1; index > 0; index--) {
    const other = (index * 7_919) % (index + 1);
    [queue[index], queue[other]] = [queue[other] as (typeof queue)[0], queue[index] as (typeof queue)[0]];
  }
  await change(customer.subscriptionId, 'unpaid');
  const urls = everywhere();
  await Promise.all(
    Array.from({ length: 8 }, async (_, worker) => {
      for (let next = queue.pop(); next; next = queue.pop())
        expect((await deliver(sign(next), urls[worker % urls.length])).status).toBe(200);
    }),
  );
  await untilApplied();
  const [account] = await query(
    farebox,
    'select status, subscription_id, plan from accounts where customer_id = $1',
    [customer.customerId],
  );
  expect(account).toEqual({ status: 'unpaid', subscription_id: customer.subscriptionId, plan: 'standard' });
  const stored = await query(farebox, 'select count(*)::int as n from webhook_events where id = any($1)', [
    events.map(({ id }) => id),
  ]);
  expect(stored[0]?.['n']).toBe(200);
});
