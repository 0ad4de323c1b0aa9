import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { refusal, until } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';

const ERRORS = 'v1.billing.meter.error_report_triggered';
const MINUTE_MS = 60_000;

let twin: TwinProcess;
let stripe: Stripe;
let customer: string;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  await twin.command('reset');
  for (const name of ['calls', 'bytes']) await meter(name);
  customer = (await stripe.customers.create({ name: 'Metered' })).id;
});
afterAll(() => twin.close());

const meter = (event_name: string): Promise<Stripe.Billing.Meter> =>
  stripe.billing.meters.create({
    display_name: event_name,
    event_name,
    default_aggregation: { formula: 'sum' },
  });
const idOf = async (event_name: string): Promise<string> =>
  String((await stripe.billing.meters.list()).data.find((found) => found.event_name === event_name)?.id);

const use = (identifier: string, event_name = 'calls'): Promise<Stripe.Billing.MeterEvent> =>
  stripe.billing.meterEvents.create({
    event_name,
    identifier,
    payload: { stripe_customer_id: customer, value: '1' },
  });

type Report = Stripe.Events.V1BillingMeterErrorReportTriggeredEvent;

/** What was reported so far, the oldest first, as the API shows it. */
async function reports(): Promise<Report[]> {
  const { attempts, pending } = await twin.look<{ attempts: Delivery[]; pending: Delivery[] }>(
    'webhook-deliveries',
  );
  const ids = new Set([...attempts, ...pending].map(({ event }) => event));
  const events = await Promise.all([...ids].map((id) => stripe.v2.core.events.retrieve(id)));
  return (events as Report[]).toSorted((a, b) => a.created.localeCompare(b.created));
}

interface Delivery {
  event: string;
}

/** A destination where nobody listens: what is sent there can be asked for. */
async function listen(): Promise<void> {
  await stripe.v2.core.eventDestinations.create({
    name: 'Thin',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: [ERRORS],
    webhook_endpoint: { url: 'http://127.0.0.1:9/' },
  });
}

describe('an error report', () => {
  beforeEach(listen);

  it('gathers what one meter rejected, by type, and names samples of it', async () => {
    for (const identifier of ['one', 'two', 'three']) await use(identifier);
    await use('other', 'bytes');
    await twin.command('settings', { meterErrorSamples: 2 });
    await twin.command('meter-events/reject', {
      identifier: ['one', 'two', 'other', 'three'],
      code: 'meter_event_invalid_value',
    });
    const found = await until(reports, ({ length }) => length === 2);
    const calls = found.find(({ data }) => data.reason.error_count === 3);
    expect(calls).toMatchObject({
      type: ERRORS,
      related_object: { id: await idOf('calls'), type: 'billing.meter' },
      data: {
        developer_message_summary: 'There are 3 invalid events',
        reason: {
          error_types: [
            {
              code: 'meter_event_invalid_value',
              error_count: 3,
              sample_errors: [{ request: { identifier: 'one' } }, { request: { identifier: 'two' } }],
            },
          ],
        },
      },
    });
    expect(found.find((report) => report !== calls)?.data).toMatchObject({
      developer_message_summary: 'There is 1 invalid event',
      reason: { error_types: [{ sample_errors: [{ request: { identifier: 'other' } }] }] },
    });
  });

  it('is of a window of time, also through a hard kill', async () => {
    await twin.command('settings', { meterErrorWindowMs: 10 * MINUTE_MS });
    await use('early');
    await twin.command('meter-events/reject', { identifier: 'early' });
    await twin.command('settings', { clockOffsetMs: 5 * MINUTE_MS });
    await twin.command('meter-events/reject', { times: 1, code: 'archived_meter' });
    await use('late');
    expect(await reports()).toEqual([]);
    await twin.restart();
    stripe = twin.client();
    expect(await reports()).toEqual([]);
    await twin.command('settings', { clockOffsetMs: 10 * MINUTE_MS });
    const [report] = await until(reports, ({ length }) => length === 1);
    expect(report?.data.reason.error_types.map(({ code, error_count }) => [code, error_count])).toEqual([
      ['meter_event_customer_not_found', 1],
      ['archived_meter', 1],
    ]);
    const { validation_start, validation_end } = report?.data ?? {};
    const window = Date.parse(String(validation_end)) - Date.parse(String(validation_start));
    expect(window).toBeGreaterThanOrEqual(9.9 * MINUTE_MS);
  });
});

describe('a deleted customer', () => {
  const range = (): { start_time: number; end_time: number } => {
    const minute = Math.floor(Date.now() / MINUTE_MS) * 60;
    return { start_time: minute - 600, end_time: minute + 600 };
  };
  const summaries = async (): Promise<Stripe.Billing.MeterEventSummary[]> =>
    (await stripe.billing.meters.listEventSummaries(await idOf('calls'), { ...range(), customer })).data;

  it('is refused at once', async () => {
    await use('before');
    await stripe.customers.del(customer);
    expect(await refusal(use('after'))).toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect(await refusal(summaries())).toMatchObject({ statusCode: 400, code: 'resource_missing' });
  });

  it('is rejected later where the settings say so, and its summaries are answered', async () => {
    await listen();
    await use('before');
    await stripe.customers.del(customer);
    await twin.command('settings', {
      deletedCustomerEvents: 'reject_later',
      deletedCustomerSummaries: 'answer',
    });
    expect(await use('after')).toMatchObject({ identifier: 'after' });
    const [report] = await until(reports, ({ length }) => length === 1);
    expect(report?.data.reason.error_types).toMatchObject([
      {
        code: 'meter_event_customer_not_found',
        sample_errors: [{ request: { identifier: 'after' } }],
      },
    ]);
    expect((await summaries()).map(({ aggregated_value }) => aggregated_value)).toEqual([1]);
    // One that never was is refused all the same.
    customer = 'cus_missing';
    expect((await refusal(use('never'))).statusCode).toBe(400);
    expect((await refusal(summaries())).statusCode).toBe(400);
  });
});

it('an event is cancelled within 24 hours of its receipt, once, and its identifier stays taken', async () => {
  const cancel = (identifier: string): Promise<unknown> =>
    stripe.billing.meterEventAdjustments.create({
      event_name: 'calls',
      type: 'cancel',
      cancel: { identifier },
    });
  await use('old');
  await twin.command('settings', { clockOffsetMs: 23 * 60 * MINUTE_MS });
  await use('new');
  await cancel('old');
  expect((await refusal(cancel('old'))).statusCode).toBe(400);
  expect((await refusal(use('old'))).message).toContain('already exists with identifier');
  await twin.command('settings', { clockOffsetMs: 48 * 60 * MINUTE_MS });
  expect((await refusal(cancel('new'))).statusCode).toBe(400);
  expect(await twin.look('meter-events')).toMatchObject([{ state: 'cancelled' }, { state: 'accepted' }]);
});

it('tells the time by its own clock', async () => {
  await twin.command('settings', { clockOffsetMs: -10 * MINUTE_MS });
  const { lastResponse } = await stripe.customers.list();
  const skew = Date.parse(String(lastResponse.headers['date'])) - Date.now();
  expect(Math.abs(skew + 10 * MINUTE_MS)).toBeLessThan(MINUTE_MS);
});
