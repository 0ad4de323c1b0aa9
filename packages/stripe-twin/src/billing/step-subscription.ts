import type { SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { INCOMPLETE_EXPIRES_S, trialNotice, upcomingNotice } from '../state/due.js';
import { enterPhase } from './enter-phase.js';
import { invoiceView } from './invoice-rows.js';
import { previewInvoice } from './preview.js';
import { currentPhase, phaseAfter, saveSchedule, scheduleOf } from './schedule-rows.js';
import { canPay, endWithInvoice, expire, rollOver, trialEnds } from './subscription-cycle.js';
import { plan, releaseFrom } from './subscription-schedules.js';
import { saveSubscription } from './subscription-status.js';
import { subscriptionView } from './subscription-view.js';

/** What time alone does to a subscription: one step. */
export function stepSubscription(twin: Twin, id: string, at: number): void {
  const row = twin.subscriptions.get(id);
  if (!row) return;
  if (row.status === 'incomplete' && at >= row.created + INCOMPLETE_EXPIRES_S) return expire(twin, row, at);
  if (row.cancel_at !== null && row.cancel_at <= at) return endWithInvoice(twin, row, at);
  if ((row.phase_ends_at ?? Infinity) <= at) return endPhase(twin, row, at);
  if (upcomingNotice(row, twin.settings.values.upcomingInvoiceDays) <= at)
    return announceInvoice(twin, row, at);
  if (trialNotice(row) <= at) {
    const after = twin.timeline.save({ ...row, trial_end_announced: true });
    twin.log.record('customer.subscription.trial_will_end', subscriptionView(twin, after));
    return;
  }
  if ((row.pause_collection?.resumes_at ?? Infinity) <= at) {
    saveSubscription(twin, row, { ...row, pause_collection: null });
    return;
  }
  if (trialEnds(row, at) && !canPay(twin, row)) {
    const behavior = row.trial_settings?.end_behavior.missing_payment_method;
    const ended = { canceled_at: at, ended_at: at };
    if (behavior === 'cancel')
      return void saveSubscription(twin, row, { ...row, status: 'canceled', ...ended });
    if (behavior === 'pause') return void saveSubscription(twin, row, { ...row, status: 'paused' });
  }
  rollOver(twin, row, at);
}

/** `invoice.upcoming`: what the next invoice would be, as of now. It has no id yet. */
function announceInvoice(twin: Twin, row: SubscriptionRow, at: number): void {
  const end = Math.min(...row.items.map((item) => item.current_period_end));
  twin.timeline.save({ ...row, upcoming_for: end });
  const customer = twin.customers.get(row.customer);
  if (!customer) return;
  const common = { behavior: 'none' as const, from: at, now: at, cancelNow: false };
  const preview = previewInvoice(twin, { ...common, customer, before: row, after: row });
  twin.log.record('invoice.upcoming', invoiceView(twin, preview));
}

/** The phase of its schedule is over: the next one begins, or the schedule lets the subscription go. */
function endPhase(twin: Twin, row: SubscriptionRow, at: number): void {
  const schedule = scheduleOf(twin, row);
  const phase = schedule && currentPhase(schedule);
  const next = phase && phaseAfter(schedule, phase);
  if (!schedule) {
    const { phase_ends_at: _phase, ...free } = row;
    twin.timeline.save(free);
  } else if (next) {
    enterPhase(twin, row, next, at);
    const current_phase = { end_date: next.end_date, start_date: next.start_date };
    plan(twin, saveSchedule(twin, schedule, { ...schedule, current_phase }));
  } else {
    releaseFrom(twin, schedule, row, false);
  }
}
