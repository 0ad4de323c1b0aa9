import { Topic } from '../../platform/topics/topics.js';

/** "The provider says that an invoice has changed." Subscribers fetch the current state. */
export const INVOICE_CHANGED = new Topic<{ invoiceId: string; customerId: string; type: string }>(
  'billing.invoice',
);

/** "The provider says that something came back of a payment, or is disputed": a refund, a dispute, a credit note. */
export const PAYMENT_RETURNED = new Topic<{ objectId: string; type: string }>('billing.payment-return');
