import type Stripe from 'stripe';
import { seconds } from '../state/clock.js';
import type { MeterRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { newId } from '../wire/ids.js';
import { listTable, pagination } from '../wire/list.js';
import { hash, oneOf, paramsOf, required, text, type Parsed } from '../wire/params.js';
import type { Wire } from '../state/wire.js';

const payloadKey = text(100);

const createSpecs = paramsOf<Stripe.Billing.MeterCreateParams>()({
  customer_mapping: hash({ event_payload_key: required(payloadKey), type: required(oneOf('by_id')) }),
  default_aggregation: required(hash({ formula: required(oneOf('count', 'last', 'sum')) })),
  display_name: required(text(250)),
  event_name: required(text(100)),
  event_time_window: oneOf('day', 'hour'),
  value_settings: hash({ event_payload_key: required(payloadKey) }),
});

const updateSpecs = paramsOf<Stripe.Billing.MeterUpdateParams>()({ display_name: text(250) });

const listSpecs = paramsOf<Stripe.Billing.MeterListParams>()({
  ...pagination,
  status: oneOf('active', 'inactive'),
});

const URL = '/v1/billing/meters';

export function meterEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => createMeter(twin, params)),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.meters, {
        url: URL,
        noun: 'meter',
        page: params,
        filter: (row) => params.status === undefined || row.status === params.status,
        view: meterView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => meterView(meterOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = meterOf(twin, id);
      if (params.display_name === undefined || params.display_name === row.display_name)
        return meterView(row);
      const after = twin.meters.put({
        ...row,
        display_name: params.display_name,
        updated: seconds(twin.clock),
      });
      twin.log.recordUpdate('billing.meter.updated', meterView(row), meterView(after));
      return meterView(after);
    }),
    endpoint('POST', `${URL}/:id/deactivate`, {}, ({ id }) => {
      const row = meterOf(twin, id);
      if (row.status !== 'active') throw invalid(`The meter ${id} is already inactive.`);
      const after = setStatus(twin, row, 'inactive');
      twin.log.record('billing.meter.deactivated', after);
      return after;
    }),
    endpoint('POST', `${URL}/:id/reactivate`, {}, ({ id }) => {
      const row = meterOf(twin, id);
      if (row.status === 'active') throw invalid(`The meter ${id} is already active.`);
      const after = setStatus(twin, row, 'active');
      twin.log.record('billing.meter.reactivated', after);
      return after;
    }),
  ];
}

export function meterView(row: MeterRow): Wire<Stripe.Billing.Meter> {
  return structuredClone(row);
}

/** @throws {ApiError} 404 */
export function meterOf(twin: Twin, id: string): MeterRow {
  const row = twin.meters.get(id);
  if (!row) throw noSuchResource('meter', id);
  return row;
}

function createMeter(twin: Twin, params: Parsed<typeof createSpecs>): Wire<Stripe.Billing.Meter> {
  const holder = twin.meters.find('event_name', params.event_name);
  if (holder) {
    throw invalid(
      `A meter (${holder.id}) with event_name '${params.event_name}' already exists.`,
      'event_name',
    );
  }
  const now = seconds(twin.clock);
  const row: MeterRow = {
    id: newId('mtr_test', 20),
    object: 'billing.meter',
    created: now,
    customer_mapping: {
      event_payload_key: params.customer_mapping?.event_payload_key ?? 'stripe_customer_id',
      type: 'by_id',
    },
    default_aggregation: { formula: params.default_aggregation.formula },
    display_name: params.display_name,
    event_name: params.event_name,
    event_time_window: params.event_time_window ?? null,
    livemode: false,
    status: 'active',
    status_transitions: { deactivated_at: null },
    updated: now,
    value_settings: { event_payload_key: params.value_settings?.event_payload_key ?? 'value' },
  };
  twin.meters.put(row);
  twin.log.record('billing.meter.created', meterView(row));
  return meterView(row);
}

function setStatus(twin: Twin, row: MeterRow, status: 'active' | 'inactive'): Wire<Stripe.Billing.Meter> {
  const now = seconds(twin.clock);
  return meterView(
    twin.meters.put({
      ...row,
      status,
      status_transitions: { deactivated_at: status === 'inactive' ? now : null },
      updated: now,
    }),
  );
}
