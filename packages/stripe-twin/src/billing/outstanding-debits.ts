import type { InvoiceItemRow, SubscriptionItemRow, SubscriptionRow } from '../state/rows.js';
import { idOf } from '../state/rows.js';
import type { Twin } from '../twin.js';
import type { Period } from './billing-period.js';

/** What was billed ahead for an item and has not been credited. */
export interface Debit {
  amount: number;
  quantity: number;
  period: Period;
}

/**
 * The debits of the item's period, each as it was billed: in the flexible mode credits "use the original debited
 * amount instead of current subscription values", and a period "billed across multiple debits" gets a credit for each
 * (billing-mode/compare). A credit is of everything before it.
 */
export function outstandingDebits(
  twin: Pick<Twin, 'invoices' | 'invoiceItems'>,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
): Debit[] {
  let debits: Debit[] = [];
  for (const debit of [...cycleLines(twin, row, item), ...prorationsOf(twin, row, item)]) {
    if (debit.period.end !== item.current_period_end) continue;
    if (debit.amount < 0) debits = [];
    else debits.push(debit);
  }
  return debits;
}

/** What invoices billed for whole periods, or for the first one. */
function cycleLines(twin: Pick<Twin, 'invoices'>, row: SubscriptionRow, item: SubscriptionItemRow): Debit[] {
  const invoices = twin.invoices.scan({ where: ['subscription', row.id], direction: 'oldest' });
  return [...invoices]
    .filter(({ status }) => status !== 'void')
    .flatMap(({ sources }) => sources)
    .flatMap((source) => {
      if (source.kind !== 'fixed') return [];
      const { parent, amount, quantity, period } = source.line;
      const details = parent?.subscription_item_details;
      const own = details?.subscription_item === item.id && !details.invoice_item;
      return own ? [{ amount, quantity: quantity ?? 0, period }] : [];
    });
}

function prorationsOf(
  twin: Pick<Twin, 'invoiceItems'>,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
): InvoiceItemRow[] {
  const items = twin.invoiceItems.scan({ where: ['customer', row.customer], direction: 'oldest' });
  return [...items].filter(({ parent, proration }) => {
    const details = parent?.subscription_details;
    return proration && details?.subscription_item === item.id && idOf(details.subscription) === row.id;
  });
}
