import { isEnded, type InvoiceRow, type SubscriptionRow } from '../state/rows.js';

export const DAY_S = 86_400;
export const INCOMPLETE_EXPIRES_S = 23 * 60 * 60;
/** Stripe announces the end of a trial this long before it. */
const TRIAL_NOTICE_S = 3 * DAY_S;

/** When time alone changes the subscription next, in seconds. */
export function subscriptionDue(row: SubscriptionRow): number {
  if (isEnded(row)) return Infinity;
  const times = [
    row.cancel_at ?? Infinity,
    row.phase_ends_at ?? Infinity,
    trialNotice(row),
    row.pause_collection?.resumes_at ?? Infinity,
  ];
  if (row.status === 'incomplete') times.push(row.created + INCOMPLETE_EXPIRES_S);
  if (row.status !== 'paused') times.push(...row.items.map((item) => item.current_period_end));
  return Math.min(...times);
}

/** When the end of the trial is to be announced; a trial shorter than the notice is announced at once. */
export function trialNotice(row: SubscriptionRow): number {
  if (row.status !== 'trialing' || row.trial_end === null || row.trial_end_announced) return Infinity;
  return Math.max(row.trial_end - TRIAL_NOTICE_S, row.created);
}

/** When time alone changes the invoice next: it becomes final, is tried again, or is overdue. */
export function invoiceDue(row: InvoiceRow): number {
  if (row.status === 'draft') return row.automatically_finalizes_at ?? Infinity;
  if (row.status !== 'open') return Infinity;
  const overdue = row.due_date !== null && !row.overdue ? row.due_date : Infinity;
  return Math.min(row.next_payment_attempt ?? Infinity, overdue);
}
