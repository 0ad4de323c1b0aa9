import { isEnded, type InvoiceRow, type SubscriptionRow } from './rows.js';

export const DAY_S = 86_400;
export const INCOMPLETE_EXPIRES_S = 23 * 60 * 60;
/** A draft whose webhooks are not answered by then becomes final without. */
const ANSWERED_WITHIN_S = 3 * DAY_S;
/** Stripe announces the end of a trial this long before it. */
const TRIAL_NOTICE_S = 3 * DAY_S;

/** When time alone changes the subscription next, in seconds. */
export function subscriptionDue(row: SubscriptionRow, upcomingDays: number): number {
  if (isEnded(row)) return Infinity;
  const times = [
    row.cancel_at ?? Infinity,
    row.phase_ends_at ?? Infinity,
    trialNotice(row),
    upcomingNotice(row, upcomingDays),
    row.pause_collection?.resumes_at ?? Infinity,
  ];
  if (row.status === 'incomplete') times.push(row.created + INCOMPLETE_EXPIRES_S);
  if (row.status !== 'paused') times.push(...row.items.map((item) => item.current_period_end));
  return Math.min(...times);
}

/** When the invoice of the next period is announced, in seconds; a period shorter than the notice has none. */
export function upcomingNotice(row: SubscriptionRow, days: number): number {
  if (isEnded(row) || row.status === 'paused' || row.status === 'incomplete' || days === 0) return Infinity;
  const next = row.items.reduce((a, b) => (b.current_period_end < a.current_period_end ? b : a));
  const at = next.current_period_end - days * DAY_S;
  const ends = row.cancel_at !== null && row.cancel_at <= next.current_period_end;
  const done = ends || row.upcoming_for === next.current_period_end || at <= next.current_period_start;
  return done ? Infinity : at;
}

/** When the end of the trial is to be announced; a trial shorter than the notice is announced at once. */
export function trialNotice(row: SubscriptionRow): number {
  if (row.status !== 'trialing' || row.trial_end === null || row.trial_end_announced) return Infinity;
  return Math.max(row.trial_end - TRIAL_NOTICE_S, row.created);
}

/** When time alone changes the invoice next: it becomes final, is tried again, or is overdue. */
export function invoiceDue(row: InvoiceRow): number {
  if (row.status === 'draft') {
    if (row.automatically_finalizes_at === null) return Infinity;
    return row.unanswered?.length ? row.created + ANSWERED_WITHIN_S : row.automatically_finalizes_at;
  }
  if (row.status !== 'open') return Infinity;
  const overdue = row.due_date !== null && !row.overdue ? row.due_date : Infinity;
  return Math.min(row.next_payment_attempt ?? Infinity, overdue);
}
