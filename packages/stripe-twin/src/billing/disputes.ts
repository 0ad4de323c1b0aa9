import type { ChargeRow, DisputeRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newLongId } from '../wire/ids.js';

export type DisputeStatus = 'needs_response' | 'under_review' | 'won' | 'lost';

const DUE_S = 7 * 86_400;

/**
 * A cardholder disputes a charge, or the dispute goes on: the first status makes it, `won` and `lost` close it.
 * @returns the dispute, with the events that tell of it
 */
export function disputeCharge(twin: Twin, charge: ChargeRow, status: DisputeStatus): DisputeRow {
  const [known] = twin.disputes.scan({ where: ['charge', charge.id] });
  const row = known ?? create(twin, charge);
  if (row.status === status) return row;
  const closes = status === 'won' || status === 'lost';
  const after = twin.disputes.put({ ...row, status, is_charge_refundable: false });
  if (closes) twin.log.record('charge.dispute.closed', structuredClone(after));
  else twin.log.recordUpdate('charge.dispute.updated', structuredClone(row), structuredClone(after));
  return after;
}

function create(twin: Twin, charge: ChargeRow): DisputeRow {
  const now = twin.time.of(String(charge.customer));
  const row = {
    id: newLongId('du'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    // Nobody hands in evidence here.
    evidence: {},
    evidence_details: {
      due_by: now + DUE_S,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: 'general',
    status: 'needs_response',
  } as unknown as DisputeRow;
  twin.charges.put({ ...charge, disputed: true });
  twin.disputes.put(row);
  twin.log.record('charge.dispute.created', structuredClone(row));
  return row;
}
