import type Stripe from 'stripe';
import type { PaymentReturn } from '../../ports/invoice-gateway.js';
import { expectObject } from '../stripe-errors.js';

/** In these states the seller has the money again; a closed inquiry never took it. */
const SETTLED: readonly Stripe.Dispute.Status[] = ['won', 'warning_closed', 'prevented'];

/**
 * The effect of a refund, a dispute or a credit note on an invoice, from Stripe's current state. Since 2025-03-31
 * (basil) a charge does not reference its invoice: the payment intent's invoice payment does.
 */
export async function findPaymentReturn(
  stripe: Stripe,
  type: string,
  objectId: string,
): Promise<PaymentReturn | undefined> {
  if (type.startsWith('credit_note.')) {
    const note = expectObject(await stripe.creditNotes.retrieve(objectId), 'credit_note');
    return { invoiceId: idOf(note.invoice) ?? '' };
  }
  if (type.startsWith('charge.dispute.')) {
    const dispute = expectObject(await stripe.disputes.retrieve(objectId), 'dispute');
    const invoiceId = await invoiceOf(stripe, idOf(dispute.payment_intent));
    const disputed = SETTLED.includes(dispute.status) ? 0n : BigInt(dispute.amount);
    return invoiceId === undefined ? undefined : { invoiceId, disputed };
  }
  const charge = expectObject(await stripe.charges.retrieve(objectId), 'charge');
  const invoiceId = await invoiceOf(stripe, idOf(charge.payment_intent));
  return invoiceId === undefined ? undefined : { invoiceId, refunded: BigInt(charge.amount_refunded) };
}

async function invoiceOf(stripe: Stripe, paymentIntent: string | undefined): Promise<string | undefined> {
  if (paymentIntent === undefined) return undefined;
  const { data } = await stripe.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: paymentIntent },
  });
  return idOf(data[0]?.invoice);
}

function idOf(reference: string | { id?: string } | null | undefined): string | undefined {
  return typeof reference === 'object' ? reference?.id : reference;
}
