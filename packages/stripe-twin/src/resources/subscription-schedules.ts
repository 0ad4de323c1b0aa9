import { cancelNow } from '../billing/cancel.js';
import { scheduleView } from '../billing/schedule-rows.js';
import {
  cancellable,
  releaseSchedule,
  scheduleFrom,
  updateSchedule,
} from '../billing/subscription-schedules.js';
import { idOf, type SubscriptionScheduleRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable } from '../wire/list.js';
import { inRange, type Range } from '../wire/params.js';
import { referencedCustomer } from '../billing/customers.js';
import {
  cancelSpecs,
  createSpecs,
  listSpecs,
  releaseSpecs,
  updateSpecs,
} from '../billing/subscription-schedule-params.js';

const URL = '/v1/subscription_schedules';

export function subscriptionScheduleEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) =>
      scheduleView(scheduleFrom(twin, params.from_subscription, params.metadata)),
    ),
    endpoint('GET', URL, listSpecs, ({ params }) => {
      if (params.customer !== undefined) referencedCustomer(twin, params.customer, 'customer');
      return listTable(twin.schedules, {
        url: URL,
        noun: 'subscription schedule',
        page: params,
        where: params.customer === undefined ? undefined : ['customer', params.customer],
        filter: (row) =>
          // Those on test clocks are listed only when asked for by their customer.
          (params.customer !== undefined || idOf(row.test_clock) === null) &&
          (params.scheduled !== true || row.status === 'not_started') &&
          inRange(row.created, params.created) &&
          happened(row.canceled_at, params.canceled_at) &&
          happened(row.completed_at, params.completed_at) &&
          happened(row.released_at, params.released_at),
        view: scheduleView,
      });
    }),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => scheduleView(rowOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) =>
      scheduleView(updateSchedule(twin, rowOf(twin, id), params)),
    ),
    endpoint('POST', `${URL}/:id/release`, releaseSpecs, ({ id, params }) =>
      scheduleView(releaseSchedule(twin, rowOf(twin, id), params.preserve_cancel_date ?? false)),
    ),
    endpoint('POST', `${URL}/:id/cancel`, cancelSpecs, ({ id, params }) => {
      const subscription = cancellable(twin, rowOf(twin, id));
      // Both "Defaults to `true`", unlike those of `subscriptions.cancel`.
      cancelNow(twin, subscription, {
        invoiceNow: params.invoice_now ?? true,
        prorate: params.prorate ?? true,
      });
      return scheduleView(rowOf(twin, id));
    }),
  ];
}

function happened(at: number | null, within: Range | undefined): boolean {
  return within === undefined || (at !== null && inRange(at, within));
}

function rowOf(twin: Twin, id: string): SubscriptionScheduleRow {
  const row = twin.schedules.get(id);
  if (!row) throw noSuchResource('subscription schedule', id);
  return row;
}
