import { Topic } from '../../platform/topics/topics.js';

/** "The provider says that an invoice has changed." Whoever cares fetches what it is now. */
export const INVOICE_CHANGED = new Topic<{ invoiceId: string; customerId: string; type: string }>(
  'billing.invoice',
);
