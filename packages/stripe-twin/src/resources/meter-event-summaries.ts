import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { aggregate, countedEvents } from '../billing/usage.js';
import type { MeterRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listValues, pagination } from '../wire/list.js';
import { oneOf, paramsOf, required, text, timestamp, type Parsed } from '../wire/params.js';
import { referencedCustomer } from '../billing/customers.js';
import type { MeterEventRow } from '../state/meter-event-store.js';
import { meterOf } from './meters.js';

const WINDOW_S = { hour: 3_600, day: 86_400 };
const MINUTE_S = 60;

const specs = paramsOf<Stripe.Billing.MeterListEventSummariesParams>()({
  ...pagination,
  customer: required(text()),
  end_time: required(timestamp),
  start_time: required(timestamp),
  value_grouping_window: oneOf('day', 'hour'),
});

/** `GET /v1/billing/meters/:id/event_summaries`: what the meter shows, once the lag of the settings is over. */
export function meterEventSummaryEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('GET', '/v1/billing/meters/:id/event_summaries', specs, ({ id, params }) => {
      const meter = meterOf(twin, id);
      const { deletedCustomerSummaries } = twin.settings.values;
      if (deletedCustomerSummaries === 'refuse' || !twin.deletedCustomers.get(params.customer)) {
        referencedCustomer(twin, params.customer, 'customer');
      }
      checkTimes(params);
      const url = `/v1/billing/meters/${id}/event_summaries`;
      return listValues(summaries(twin, meter, params), url, 'meter event summary', params);
    }),
  ];
}

function checkTimes({
  start_time: start,
  end_time: end,
  value_grouping_window: window,
}: Parsed<typeof specs>): void {
  const step = window ? WINDOW_S[window] : MINUTE_S;
  for (const [name, time] of [
    ['start_time', start],
    ['end_time', end],
  ] as const) {
    if (time % step !== 0) {
      throw invalid(`Invalid ${name}: must be aligned with ${window ?? 'minute'} boundaries.`, name);
    }
  }
  if (end <= start) throw invalid('`end_time` must be after `start_time`.', 'end_time');
}

/** One for each window in which something happened, newest first; without windows, one for the whole range. */
function summaries(
  twin: Twin,
  meter: MeterRow,
  { customer, start_time: start, end_time: end, value_grouping_window: window }: Parsed<typeof specs>,
): Stripe.Billing.MeterEventSummary[] {
  const size = window ? WINDOW_S[window] : end - start;
  // "`start_time` (inclusive) and `end_time` (inclusive)", say the docs of the object; of the parameters, "(exclusive)".
  const inclusive = twin.settings.values.summaryEndInclusive;
  const windows = new Map<number, MeterEventRow[]>();
  for (const event of countedEvents(twin, meter, customer, { start, end: inclusive ? end + 1 : end }, true)) {
    const begin = start + Math.floor((event.timestamp - start) / size) * size;
    const ended = inclusive && event.timestamp === begin && begin > start ? [begin - size] : [];
    for (const time of begin < end ? [...ended, begin] : ended) {
      const events = windows.get(time);
      if (events) events.push(event);
      else windows.set(time, [event]);
    }
  }
  return [...windows]
    .sort(([a], [b]) => b - a)
    .map(([begin, events]) => ({
      id: summaryId(meter.id, customer, begin, begin + size),
      object: 'billing.meter_event_summary',
      aggregated_value: Number(aggregate(meter, events)),
      end_time: begin + size,
      livemode: false,
      meter: meter.id,
      start_time: begin,
    }));
}

/** The same window has the same id whenever it is asked for, so that it can serve as a cursor. */
function summaryId(...parts: (string | number)[]): string {
  return `mtrusg_test_${createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 24)}`;
}
