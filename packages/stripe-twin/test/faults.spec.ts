import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import { refusal, until } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';

let twin: TwinProcess;
let stripe: Stripe;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  await twin.command('reset');
});
afterAll(() => twin.close());

interface Requests {
  counts: Record<string, number>;
  reads: number;
  writes: number;
  recent: { status: number | null; replayed: boolean; idempotencyKey: string | null }[];
}

const requests = (): Promise<Requests> => twin.look<Requests>('requests');

describe('faults', () => {
  it('a 500 is kept under its key and replayed, as Stripe does', async () => {
    await twin.command('faults', { path: '/v1/customers', method: 'POST', status: 500 });
    const idempotencyKey = 'registration-1';
    const first = await refusal(stripe.customers.create({ name: 'A' }, { idempotencyKey }));
    const second = await refusal(stripe.customers.create({ name: 'A' }, { idempotencyKey }));
    expect(first.statusCode).toBe(500);
    expect(second.statusCode).toBe(500);
    expect(second.headers?.['idempotent-replayed']).toBe('true');
    expect((await refusal(stripe.customers.create({ name: 'B' }, { idempotencyKey }))).statusCode).toBe(400);
    await stripe.customers.create({ name: 'A' }, { idempotencyKey: 'registration-2' });
    expect((await stripe.customers.list()).data).toHaveLength(1);
  });

  it('the SDK’s own retries meet the stored 500, and pass a 503', async () => {
    const retrying = twin.client({ retries: 2 });
    await twin.command('faults', { path: '/v1/customers', status: 503, times: 2 });
    expect((await retrying.customers.create({ name: 'Patient' })).name).toBe('Patient');
    await twin.command('faults', { path: '/v1/customers', status: 500 });
    expect((await refusal(retrying.customers.create({ name: 'Stuck' }))).statusCode).toBe(500);
  });

  it('an answer that was lost is given again for the same key', async () => {
    await twin.command('faults', { path: '/v1/customers', drop: 'after', times: 1 });
    // The SDK tries again by itself when the connection breaks, with the same key.
    const customer = await stripe.customers.create({ name: 'Once' });
    expect((await stripe.customers.list()).data.map(({ id }) => id)).toEqual([customer.id]);
    expect(customer.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('a request that never arrived did nothing', async () => {
    await twin.command('faults', { path: '/v1/customers', drop: 'before', times: 5 });
    expect(await refusal(stripe.customers.create({ name: 'Lost' }))).toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    await twin.command('reset');
    expect((await stripe.customers.list()).data).toEqual([]);
  });
});

describe('under way', () => {
  it('409 idempotency_key_in_use, and one customer in the end', async () => {
    await twin.command('settings', { processingMs: 300 });
    const options = { idempotencyKey: 'slow' };
    const first = stripe.customers.create({ name: 'Slow' }, options);
    await until(requests, ({ counts }) => counts['POST /v1/customers'] === 1);
    expect(await refusal(stripe.customers.create({ name: 'Slow' }, options))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    const { id } = await first;
    expect((await stripe.customers.create({ name: 'Slow' }, options)).id).toBe(id);
  });

  it('429 lock_timeout for a second meter event of the same meter and customer', async () => {
    await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const [a, b] = [await stripe.customers.create({}), await stripe.customers.create({})];
    await twin.command('settings', { processingMs: 300 });
    const send = (customer: string): Promise<Stripe.Billing.MeterEvent> =>
      stripe.billing.meterEvents.create({
        event_name: 'calls',
        payload: { stripe_customer_id: customer, value: '1' },
      });
    const first = send(a.id);
    await until(requests, ({ counts }) => counts['POST /v1/billing/meter_events'] === 1);
    const [second, other] = await Promise.all([refusal(send(a.id)), send(b.id), first]);
    expect(second).toMatchObject({ statusCode: 429, code: 'lock_timeout' });
    expect(second.headers).not.toHaveProperty('stripe-rate-limited-reason');
    expect(other.object).toBe('billing.meter_event');
    await send(a.id);
  });
});

describe('rates', () => {
  it('429 rate_limit past the rate, and again free later', async () => {
    await twin.command('settings', { rateLimitPerSecond: 1, rateLimitBurst: 3 });
    const began = performance.now();
    const calls = await Promise.allSettled(
      Array.from({ length: 10 }, () => stripe.customers.list({ limit: 1 })),
    );
    const refused = calls.filter((call) => call.status === 'rejected').map((call) => call.reason as unknown);
    // On a machine that is slow, some become free again meanwhile.
    const free = 3 + Math.ceil((performance.now() - began) / 1_000);
    expect(refused.length).toBeGreaterThanOrEqual(10 - free);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    await until(
      () =>
        stripe.customers.list({ limit: 1 }).then(
          () => true,
          () => false,
        ),
      (passed) => passed,
    );
  });

  it('each endpoint has a rate of its own, whichever object it is about', async () => {
    const ids = [await stripe.customers.create({}), await stripe.customers.create({})].map(({ id }) => id);
    await twin.command('settings', { endpointLimitPerSecond: 0.01, endpointLimitBurst: 2 });
    for (const id of ids) await stripe.customers.retrieve(id);
    const refused = await refusal(stripe.customers.retrieve(ids[0] ?? ''));
    expect(refused).toMatchObject({ statusCode: 429, code: 'rate_limit', rawType: 'invalid_request_error' });
    expect(refused.headers?.['stripe-rate-limited-reason']).toBe('endpoint-rate');
    await stripe.customers.list();
    await stripe.customers.update(ids[0] ?? '', { name: 'Written' });
    await stripe.products.list();
  });

  it('allows 25 requests a second to an endpoint once the burst is used up', async () => {
    expect(await twin.look('settings')).toMatchObject({
      endpointLimitPerSecond: 25,
      rateLimitPerSecond: 100,
    });
    await twin.command('settings', { endpointLimitBurst: 25 });
    const began = performance.now();
    const calls = await Promise.allSettled(Array.from({ length: 100 }, () => stripe.products.list()));
    const passed = calls.filter(({ status }) => status === 'fulfilled').length;
    expect(passed).toBeGreaterThanOrEqual(25);
    expect(passed).toBeLessThanOrEqual(26 + ((performance.now() - began) / 1_000) * 25);
  });

  it('meter events count in all where the settings say so, as in Stripe’s sandboxes', async () => {
    const limits = { rateLimitPerSecond: 0.01, rateLimitBurst: 2 };
    await twin.command('settings', { ...limits, meterEventsCountInAll: true });
    const send = (): Promise<unknown> =>
      stripe.billing.meterEvents.create({ event_name: 'none', payload: { a: 'b' } });
    expect((await refusal(send())).statusCode).toBe(400);
    expect((await refusal(send())).statusCode).toBe(400);
    const refused = await refusal(send());
    expect(refused.headers?.['stripe-rate-limited-reason']).toBe('global-rate');
    expect((await refusal(stripe.products.list())).statusCode).toBe(429);
  });

  it('meter events have a rate of their own', async () => {
    await twin.command('settings', { meterEventsPerSecond: 1, meterEventsBurst: 1 });
    const send = (): Promise<unknown> =>
      stripe.billing.meterEvents.create({ event_name: 'none', payload: { a: 'b' } });
    expect((await refusal(send())).statusCode).toBe(400);
    expect(await refusal(send())).toMatchObject({ statusCode: 429, code: 'rate_limit' });
    expect((await stripe.customers.list()).data).toEqual([]);
  });
});

describe('inspection', () => {
  it('counts requests by route and says which were replayed', async () => {
    await stripe.customers.create({ name: 'A' }, { idempotencyKey: 'k' });
    await stripe.customers.create({ name: 'A' }, { idempotencyKey: 'k' });
    await refusal(stripe.customers.retrieve('cus_missing'));
    const { counts, reads, writes, recent } = await requests();
    expect([reads, writes]).toEqual([1, 2]);
    expect(counts).toEqual({ 'POST /v1/customers': 2, 'GET /v1/customers/:id': 1 });
    expect(recent.map(({ status, replayed, idempotencyKey }) => [status, replayed, idempotencyKey])).toEqual([
      [200, false, 'k'],
      [200, true, 'k'],
      [404, false, null],
    ]);
  });

  it('refuses a setting that does not exist', async () => {
    await expect(twin.command('settings', { summaryLag: 1 })).rejects.toThrow('400');
  });
});
