import type Stripe from 'stripe';
import { boundary } from '../billing/billing-period.js';
import type { ClockWalker } from '../billing/clock-walker.js';
import { seconds } from '../state/clock.js';
import { isEnded, type TestClockRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError, invalid, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newLongId } from '../wire/ids.js';
import { listTable, pagination } from '../wire/list.js';
import { paramsOf, required, text, timestamp, unsupported } from '../wire/params.js';

const createSpecs = paramsOf<Stripe.TestHelpers.TestClockCreateParams>()({
  customer: unsupported,
  frozen_time: required(timestamp),
  name: text(300),
});

const advanceSpecs = paramsOf<Stripe.TestHelpers.TestClockAdvanceParams>()({
  frozen_time: required(timestamp),
});

const listSpecs = paramsOf<Stripe.TestHelpers.TestClockListParams>()(pagination);

const URL = '/v1/test_helpers/test_clocks';
const KEPT_S = 30 * 24 * 60 * 60;

export function testClockEndpoints(twin: Twin, walker: ClockWalker): Endpoint[] {
  const view = (row: TestClockRow): TestClockRow => structuredClone(row);
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => {
      const now = seconds(twin.clock);
      const row: TestClockRow = {
        id: newLongId('clock'),
        object: 'test_helpers.test_clock',
        created: now,
        deletes_after: now + KEPT_S,
        frozen_time: params.frozen_time,
        livemode: false,
        name: params.name ?? null,
        status: 'ready',
        status_details: {},
      };
      twin.testClocks.put(row);
      twin.log.record('test_helpers.test_clock.created', view(row));
      return view(row);
    }),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.testClocks, { url: URL, noun: 'test clock', page: params, view }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => view(clockOf(twin, id))),
    endpoint('POST', `${URL}/:id/advance`, advanceSpecs, ({ id, params }) => {
      const row = readyClock(twin, id);
      if (params.frozen_time <= row.frozen_time) {
        throw invalid('`frozen_time` must be after the clock’s current frozen time.', 'frozen_time');
      }
      if (params.frozen_time > furthest(twin, row)) {
        throw invalid(
          'You can only advance at most two intervals from the shortest subscription interval (two years without a subscription).',
          'frozen_time',
        );
      }
      return view(walker.advance(row, params.frozen_time));
    }),
    endpoint('DELETE', `${URL}/:id`, {}, ({ id }): Stripe.TestHelpers.DeletedTestClock => {
      const row = readyClock(twin, id);
      dropCustomers(twin, id);
      twin.testClocks.delete(id);
      twin.timeline.forget(id);
      twin.log.record('test_helpers.test_clock.deleted', view(row));
      return { id, object: 'test_helpers.test_clock', deleted: true };
    }),
  ];
}

/**
 * "Cannot be more than two intervals in the future from the shortest subscription in this test clock. If there are no
 * subscriptions in this test clock, it cannot be more than two years in the future." (`frozen_time` of advance)
 */
function furthest(twin: Twin, { id, frozen_time: now }: TestClockRow): number {
  const ends = [...twin.customers.scan({ where: ['test_clock', id] })]
    .flatMap((customer) => [...twin.subscriptions.scan({ where: ['customer', customer.id] })])
    .filter((subscription) => !isEnded(subscription))
    .flatMap(({ items }) => items)
    .flatMap(({ price }) => twin.prices.get(price)?.recurring ?? [])
    .map((cadence) => boundary(now, cadence, 2));
  return ends.length > 0 ? Math.min(...ends) : boundary(now, { interval: 'year', interval_count: 1 }, 2);
}

function clockOf(twin: Twin, id: string): TestClockRow {
  const row = twin.testClocks.get(id);
  if (!row) throw noSuchResource('test clock', id);
  return row;
}

function readyClock(twin: Twin, id: string): TestClockRow {
  const row = clockOf(twin, id);
  if (row.status !== 'advancing') return row;
  throw new ApiError(429, {
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message: `Test clock advancement underway - cannot perform modifications: ${id}`,
  });
}

/** Everything that lived on the clock goes with it, without events. */
function dropCustomers(twin: Twin, clock: string): void {
  for (const { id } of twin.customers.scan({ where: ['test_clock', clock] })) {
    const where = ['customer', id] as ['customer', string];
    for (const row of twin.subscriptions.scan({ where })) twin.subscriptions.delete(row.id);
    for (const row of twin.schedules.scan({ where })) twin.schedules.delete(row.id);
    for (const row of twin.invoices.scan({ where })) twin.invoices.delete(row.id);
    for (const row of twin.invoiceItems.scan({ where })) twin.invoiceItems.delete(row.id);
    for (const row of twin.paymentMethods.scan({ where })) twin.paymentMethods.delete(row.id);
    twin.customers.delete(id);
    twin.deletedCustomers.put(id, { id });
  }
}
