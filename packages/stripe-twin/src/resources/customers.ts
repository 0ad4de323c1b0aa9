import type Stripe from 'stripe';
import { cancelSubscriptionsOf } from '../billing/cancel.js';
import { DEFAULT_METHOD, withMethod } from '../billing/customer-methods.js';
import {
  changes,
  createCustomer,
  createSpecs,
  customerView,
  deletedView,
  shared,
} from '../billing/customers.js';
import { defaultMethod } from '../billing/payment-method-rows.js';
import { idOf, type CustomerRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, pagination } from '../wire/list.js';
import { inRange, paramsOf, range, text, unsupported } from '../wire/params.js';

const updateSpecs = paramsOf<Stripe.CustomerUpdateParams>()({ ...shared, default_source: unsupported });

const listSpecs = paramsOf<Stripe.CustomerListParams>()({
  ...pagination,
  created: range,
  email: text(512),
  test_clock: text(),
});

const URL = '/v1/customers';

export function customerEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => createCustomer(twin, params)),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.customers, {
        url: URL,
        noun: 'customer',
        page: params,
        where: params.email === undefined ? undefined : ['email', params.email],
        // Those on test clocks are listed only when asked for.
        filter: (row) =>
          idOf(row.test_clock) === (params.test_clock ?? null) && inRange(row.created, params.created),
        view: customerView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) =>
      twin.deletedCustomers.get(id) ? deletedView(id) : customerView(customerOf(twin, id)),
    ),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = customerOf(twin, id);
      const before = customerView(row);
      const named = params.invoice_settings?.default_payment_method;
      const methods = new Map(named ? [[named, defaultMethod(twin, named, id, DEFAULT_METHOD)]] : []);
      twin.customers.put({ ...row, ...changes(row, withMethod(params, methods)) });
      const after = customerView(customerOf(twin, id));
      twin.log.recordUpdate('customer.updated', before, after);
      return after;
    }),
    endpoint('DELETE', `${URL}/:id`, {}, ({ id }) => {
      const row = customerOf(twin, id);
      cancelSubscriptionsOf(twin, id);
      for (const method of twin.paymentMethods.scan({ where: ['customer', id] })) {
        twin.paymentMethods.put({ ...method, customer: null });
      }
      twin.customers.delete(id);
      twin.deletedCustomers.put(id, { id });
      twin.log.record('customer.deleted', customerView(row));
      return deletedView(id);
    }),
  ];
}

function customerOf(twin: Twin, id: string): CustomerRow {
  const row = twin.customers.get(id);
  if (!row) throw noSuchResource('customer', id);
  return row;
}
