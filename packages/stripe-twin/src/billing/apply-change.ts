import type { LineSource, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import type { ProrationBehavior } from './first-invoice.js';
import { insertInvoiceItem } from './invoice-item-rows.js';
import { licensedSources } from './invoice-lines.js';
import { finalizeInvoice, issueInvoice } from './invoice-lifecycle.js';
import { differs, isMetered, prorations } from './proration.js';
import { usageOfPeriod } from './subscription-cycle.js';
import { saveSubscription } from './subscription-status.js';

export interface ChangeOptions {
  behavior: ProrationBehavior;
  /** From when prorations count, in seconds. */
  from: number;
  /** Whether to try to collect an invoice that the change makes at once. */
  collect: boolean;
}

/**
 * Stores a changed subscription with what the change costs: prorations wait for the next invoice, unless they are to
 * be invoiced always. A new cycle that begins now is invoiced now.
 */
export function applyChange(
  twin: Twin,
  before: SubscriptionRow,
  after: SubscriptionRow,
  { behavior, from, collect }: ChangeOptions,
): SubscriptionRow {
  if (behavior !== 'none') {
    for (const item of prorations(twin, before, after, from)) insertInvoiceItem(twin, item);
  }
  const now = twin.time.of(before.customer);
  const sources = restarted(twin, before, after, now);
  const customer = twin.customers.get(before.customer);
  const wanted = sources !== null || behavior === 'always_invoice';
  const invoice =
    wanted && customer
      ? issueInvoice(twin, {
          customer,
          subscription: before,
          currency: after.currency,
          sources: sources ?? [],
          reason: 'subscription_update',
          period: { start: Math.min(...before.items.map((item) => item.current_period_start)), end: now },
          now,
          autoAdvance: true,
        })
      : null;
  const latest_invoice = invoice?.id ?? after.latest_invoice;
  const saved = saveSubscription(twin, before, { ...after, latest_invoice });
  if (invoice && after.collection_method === 'charge_automatically') {
    finalizeInvoice(twin, invoice, { collect, onSession: true });
  }
  return twin.subscriptions.get(saved.id) ?? saved;
}

/**
 * What is due at once where new periods begin now: what is paid ahead for them, and what was used in the ones that
 * were cut short. Null when the cycle goes on.
 */
export function restarted(
  twin: Twin,
  before: SubscriptionRow,
  after: SubscriptionRow,
  now: number,
): LineSource[] | null {
  const begun = after.items.filter((item) => {
    const held = before.items.find(({ id }) => id === item.id);
    // A period that began in this very second is the cycle's: the change did not begin it.
    if (held?.current_period_start === now) return false;
    return item.current_period_start === now && (held ? differs(held, item) : before.items.length > 0);
  });
  const again = begun.filter((item) => before.items.some(({ id }) => id === item.id));
  if (again.length === 0 || after.status === 'trialing') return null;
  return begun.flatMap((item) => {
    const held = before.items.find(({ id }) => id === item.id);
    const period = { start: item.current_period_start, end: item.current_period_end };
    if (!isMetered(twin, item)) return licensedSources(twin, after.id, item, period, false);
    // Another price is settled as a proration; the same price is counted up to here and begins anew.
    if (held?.price !== item.price || held.current_period_start === now) return [];
    return [usageOfPeriod(before, held, now)];
  });
}
