import type { ChargeRow, RefundRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid } from '../wire/api-error.js';
import { newLongId } from '../wire/ids.js';
import { chargeView } from './payments.js';

export interface RefundRequest {
  charge: ChargeRow;
  /** In minor units; all that is left when it is not said. */
  amount?: number | undefined;
  reason: RefundRow['reason'];
  metadata: Record<string, string>;
}

export function refundView(row: RefundRow): RefundRow {
  return structuredClone(row);
}

/** Gives money back to the card. @throws {ApiError} 400 for more than was taken */
export function refundCharge(twin: Twin, { charge, amount, reason, metadata }: RefundRequest): RefundRow {
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded');
  }
  const asked = amount ?? left;
  if (asked > left) {
    throw invalid(`Refund amount (${asked}) is greater than unrefunded amount on charge (${left})`, 'amount');
  }
  const row: RefundRow = {
    id: newLongId('re'),
    object: 'refund',
    amount: asked,
    balance_transaction: newLongId('txn'),
    charge: charge.id,
    created: twin.time.of(String(charge.customer)),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
  twin.refunds.put(row);
  const amount_refunded = charge.amount_refunded + asked;
  const refunded = amount_refunded === charge.amount_captured;
  const after = twin.charges.put({ ...charge, amount_refunded, refunded });
  twin.log.recordUpdate('charge.refunded', chargeView(charge), chargeView(after));
  twin.log.record('refund.created', refundView(row));
  return row;
}
