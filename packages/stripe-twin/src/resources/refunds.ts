import type Stripe from 'stripe';
import { refundCharge, refundView } from '../billing/refund-charge.js';
import type { ChargeRow, RefundRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, pagination } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import {
  exclusive,
  inRange,
  integer,
  oneOf,
  paramsOf,
  range,
  text,
  unsupported,
  type Parsed,
} from '../wire/params.js';

const createSpecs = paramsOf<Stripe.RefundCreateParams>()({
  amount: integer({ min: 1 }),
  charge: text(),
  currency: unsupported,
  customer: unsupported,
  instructions_email: unsupported,
  metadata,
  origin: unsupported,
  payment_intent: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: unsupported,
  reverse_transfer: unsupported,
});

const updateSpecs = paramsOf<Stripe.RefundUpdateParams>()({ metadata });

const listSpecs = paramsOf<Stripe.RefundListParams>()({
  ...pagination,
  charge: text(),
  created: range,
  payment_intent: text(),
});

const URL = '/v1/refunds';

export function refundEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) =>
      refundView(
        refundCharge(twin, {
          charge: chargeOf(twin, params),
          amount: params.amount,
          reason: params.reason ?? null,
          metadata: mergeMetadata({}, params.metadata),
        }),
      ),
    ),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.refunds, {
        url: URL,
        noun: 'refund',
        page: params,
        where: params.charge === undefined ? undefined : ['charge', params.charge],
        filter: (row) =>
          (params.payment_intent === undefined || row.payment_intent === params.payment_intent) &&
          inRange(row.created, params.created),
        view: refundView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => refundView(refundOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = refundOf(twin, id);
      const merged = mergeMetadata(row.metadata ?? {}, params.metadata);
      const after = twin.refunds.put({ ...row, metadata: merged });
      twin.log.recordUpdate('refund.updated', refundView(row), refundView(after));
      return refundView(after);
    }),
  ];
}

function refundOf(twin: Twin, id: string): RefundRow {
  const row = twin.refunds.get(id);
  if (!row) throw noSuchResource('refund', id);
  return row;
}

/** @throws {ApiError} 400 when neither is named, or what is named was not paid */
function chargeOf(twin: Twin, params: Parsed<typeof createSpecs>): ChargeRow {
  exclusive(['charge', params.charge], ['payment_intent', params.payment_intent]);
  if (params.charge !== undefined) {
    const charge = twin.charges.get(params.charge);
    if (!charge) throw noSuchReference('charge', params.charge, 'charge');
    if (!charge.paid) throw invalid(`Charge ${charge.id} has not been paid.`, 'charge');
    return charge;
  }
  if (params.payment_intent === undefined) throw missing('payment_intent');
  const where = ['payment_intent', params.payment_intent] as ['payment_intent', string];
  for (const charge of twin.charges.scan({ where })) if (charge.paid) return charge;
  if (twin.paymentIntents.get(params.payment_intent)) {
    throw invalid(
      'This PaymentIntent does not have a successful charge to refund.',
      'payment_intent',
      'payment_intent_unexpected_state',
    );
  }
  throw noSuchReference('payment_intent', params.payment_intent, 'payment_intent');
}
