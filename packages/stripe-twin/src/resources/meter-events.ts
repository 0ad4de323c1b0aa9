import type Stripe from 'stripe';
import { isEnded, type MeterRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError, invalid, noSuchReference } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newId } from '../wire/ids.js';
import { paramsOf, required, text, texts, timestamp, type Parsed } from '../wire/params.js';
import type { RejectionOrders } from './rejection-orders.js';

const OLDEST_S = 35 * 24 * 60 * 60;
const NEWEST_S = 5 * 60;

/** The SDK must not try these again: they would fail again. */
const FINAL = { 'stripe-should-retry': 'false' };

const specs = paramsOf<Stripe.Billing.MeterEventCreateParams>()({
  event_name: required(text(100)),
  identifier: text(100),
  payload: required(texts),
  timestamp,
});

type Params = Parsed<typeof specs>;

/** `POST /v1/billing/meter_events`: everything that can be told at once is refused at once. */
export function meterEventEndpoints(twin: Twin, rejections: RejectionOrders): Endpoint[] {
  return [
    endpoint('POST', '/v1/billing/meter_events', specs, ({ params }) => receive(twin, rejections, params), {
      limit: 'meter_events',
      lock: (params) => lockOf(twin, params),
    }),
  ];
}

/** One call at a time per meter and customer, says Stripe. */
function lockOf(twin: Twin, { event_name, payload }: Params): string {
  const key = twin.meters.find('event_name', event_name)?.customer_mapping.event_payload_key;
  return `meter_event/${event_name}/${(key && payload[key]) ?? ''}`;
}

function receive(twin: Twin, rejections: RejectionOrders, params: Params): Stripe.Billing.MeterEvent {
  const meter = twin.meters.find('event_name', params.event_name);
  if (meter?.status !== 'active') {
    throw invalid(`No active meter found for event name "${params.event_name}".`, 'event_name');
  }
  const customer = customerOf(twin, meter, params.payload);
  const now = twin.time.of(customer);
  const time = params.timestamp ?? now;
  checkTime(time, now);
  const value = valueOf(meter, params.payload);
  const identifier = params.identifier ?? newId('mevt_test', 24);
  if (twin.meterEvents.recent(identifier)) throw duplicate(identifier);
  const rejected =
    rejections.take(params.event_name, customer) ??
    (isDeleted(twin, customer) ? 'meter_event_customer_not_found' : null);
  twin.meterEvents.add({
    id: newId('me', 20),
    identifier,
    event_name: params.event_name,
    customer,
    value,
    payload: params.payload,
    timestamp: time,
    receivedAt: twin.clock.now(),
    receivedOn: now,
    state: rejected === null ? 'accepted' : 'rejected',
    ...(twin.settings.values.usageByArrival && { prices: pricesOf(twin, meter, customer) }),
  });
  if (rejected !== null) twin.meterErrors.add(meter.id, [{ code: rejected, identifier }]);
  return {
    object: 'billing.meter_event',
    created: now,
    event_name: params.event_name,
    identifier,
    livemode: false,
    payload: params.payload,
    timestamp: time,
  };
}

/** Without a `code`, as Stripe sends it: only the message tells that this event was delivered before. */
function duplicate(identifier: string): ApiError {
  const message = `An event already exists with identifier ${identifier}.`;
  return new ApiError(400, { type: 'invalid_request_error', message }, FINAL);
}

/**
 * Stripe's own words, as others saw them on real accounts, without a `code`: `timestamp_too_far_in_past` belongs to
 * the error reports. What it says of a time ahead was not observed; the twin words it alike.
 */
function checkTime(time: number, now: number): void {
  const [oldest, newest] = [now - OLDEST_S, now + NEWEST_S];
  if (time < oldest) {
    throw invalid(
      `The event timestamp cannot be more than 35 days in past. Expected a timestamp greater than or equal to ${oldest}.`,
    );
  }
  if (time > newest) {
    throw invalid(
      `The event timestamp cannot be more than 5 minutes in future. Expected a timestamp less than or equal to ${newest}.`,
    );
  }
}

function customerOf(twin: Twin, meter: MeterRow, payload: Record<string, string>): string {
  const key = meter.customer_mapping.event_payload_key;
  const id = payload[key];
  const param = `payload[${key}]`;
  if (!id) {
    throw invalid(`The payload has no key '${key}'.`, param, 'meter_event_no_customer_defined');
  }
  const later = twin.settings.values.deletedCustomerEvents === 'reject_later' && isDeleted(twin, id);
  if (!twin.customers.get(id) && !later) throw noSuchReference('customer', id, param);
  return id;
}

function isDeleted(twin: Twin, customer: string): boolean {
  return twin.deletedCustomers.get(customer) !== undefined;
}

/** The prices that read the meter in the customer's subscriptions as they are now. */
function pricesOf(twin: Twin, meter: MeterRow, customer: string): string[] {
  return [...twin.subscriptions.scan({ where: ['customer', customer] })]
    .filter((row) => !isEnded(row))
    .flatMap((row) => row.items.map(({ price }) => price))
    .filter((price) => twin.prices.get(price)?.recurring?.meter === meter.id);
}

/** A whole number of at most 15 digits, which may be negative. A meter that counts needs none. */
function valueOf(meter: MeterRow, payload: Record<string, string>): string {
  const key = meter.value_settings.event_payload_key;
  const value = payload[key];
  const param = `payload[${key}]`;
  if (value === undefined && meter.default_aggregation.formula === 'count') return '1';
  if (value === undefined)
    throw invalid(`The payload has no key '${key}'.`, param, 'meter_event_value_not_found');
  if (!/^-?\d{1,15}$/.test(value)) {
    throw invalid(`The value '${value}' is not a whole number.`, param, 'meter_event_invalid_value');
  }
  return value;
}
