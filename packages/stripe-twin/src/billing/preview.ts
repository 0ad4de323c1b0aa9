import type { CustomerRow, InvoiceRow, LineSource, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError } from '../wire/api-error.js';
import { newLongId } from '../wire/ids.js';
import { restarted } from './apply-change.js';
import type { Period } from './billing-period.js';
import { entryOf } from './enter-phase.js';
import { firstSources, type ProrationBehavior } from './first-invoice.js';
import { itemSource } from './invoice-lines.js';
import { pendingItems } from './invoice-lifecycle.js';
import { balanceAfter, current, newInvoice } from './invoice-rows.js';
import { prorations } from './proration.js';
import { currentPhase, phaseAfter, scheduleOf } from './schedule-rows.js';
import { cycle, openUsage, unusedTime } from './subscription-cycle.js';

/** A subscription as it is and as it would be, and what is asked about it. */
export interface PreviewRequest {
  customer: CustomerRow;
  /** As it is; null for one that is not there yet. */
  before: SubscriptionRow | null;
  after: SubscriptionRow;
  behavior: ProrationBehavior;
  /** From when prorations count, in seconds. */
  from: number;
  now: number;
  cancelNow: boolean;
}

const HOUR_S = 3_600;

/** The next invoice as it would be if nothing more happened. Nothing is stored. */
export function previewInvoice(twin: Twin, request: PreviewRequest): InvoiceRow {
  const { customer, before, after, now } = request;
  const { sources, period } = before ? nextInvoice(twin, before, request) : firstInvoice(twin, request);
  const pending = pendingItems(twin, { customer, subscription: before, currency: after.currency });
  const row = newInvoice({
    customer,
    subscription: after,
    currency: after.currency,
    sources: [...pending.map(itemSource), ...sources],
    reason: 'upcoming',
    period,
    now: period.end,
    autoAdvance: false,
    id: newLongId('upcoming_in'),
  });
  const counted = current(twin, row);
  return {
    ...counted,
    ending_balance: balanceAfter(counted),
    next_payment_attempt: period.end > now ? period.end + HOUR_S : period.end,
    parent: {
      quote_details: null,
      subscription_details: {
        metadata: { ...after.metadata },
        subscription: after.id,
        ...(before && before !== after && { subscription_proration_date: request.from }),
      },
      type: 'subscription_details',
    },
  };
}

interface Next {
  sources: LineSource[];
  period: Period;
}

function firstInvoice(twin: Twin, { after, behavior, now }: PreviewRequest): Next {
  return { sources: firstSources(twin, after, behavior), period: { start: now, end: now } };
}

function nextInvoice(twin: Twin, before: SubscriptionRow, request: PreviewRequest): Next {
  const { after, behavior, from, now, cancelNow } = request;
  const start = Math.min(...before.items.map((item) => item.current_period_start));
  if (cancelNow) {
    const credits = behavior === 'none' ? [] : unusedTime(twin, before, from);
    return {
      sources: [...credits.map(itemSource), ...openUsage(twin, before, now)],
      period: { start, end: now },
    };
  }
  const changes = behavior === 'none' ? [] : prorations(twin, before, after, from).map(itemSource);
  const atOnce = restarted(twin, before, after, now);
  if (atOnce || (behavior === 'always_invoice' && changes.length > 0)) {
    return { sources: [...changes, ...(atOnce ?? [])], period: { start, end: now } };
  }
  const end = Math.min(...after.items.map((item) => item.current_period_end));
  const last = after.cancel_at !== null && after.cancel_at <= end ? after.cancel_at : null;
  if (last !== null) {
    const credits = after.cancel_prorates ? unusedTime(twin, after, last).map(itemSource) : [];
    const period = { start, end: last };
    return { sources: [...changes, ...credits, ...openUsage(twin, after, last)], period };
  }
  const regular = phaseSources(twin, after, end) ?? cycle(twin, after, end).sources;
  return { sources: [...changes, ...regular], period: { start, end } };
}

/** Where a phase of the subscription's schedule begins with the next cycle, that cycle is billed by it. */
function phaseSources(twin: Twin, row: SubscriptionRow, end: number): LineSource[] | null {
  const schedule = row.phase_ends_at === end ? scheduleOf(twin, row) : undefined;
  const phase = schedule && currentPhase(schedule);
  const next = phase && phaseAfter(schedule, phase);
  if (!next) return null;
  const { sources, prorations: rest } = entryOf(twin, row, next, end);
  return [...rest.map(itemSource), ...sources];
}

/** @throws {ApiError} 404 always: there will be no invoice */
export function noUpcoming(customer: string): ApiError {
  return new ApiError(404, {
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: `No upcoming invoices for customer: ${customer}`,
  });
}
