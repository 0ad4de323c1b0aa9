import type { createSpecs } from './subscription-params.js';
import { referencedCustomer } from './customers.js';
import type { Twin } from '../twin.js';
import { invalid } from '../wire/api-error.js';
import { exclusive, type Parsed } from '../wire/params.js';
import { boundary, periodAt } from './billing-period.js';
import { DAY_S } from '../state/due.js';
import { billFirst, checkPayable, firstAmount, firstSources } from './first-invoice.js';
import { newRow, type DraftParams } from './new-subscription.js';
import { defaultMethod } from './payment-method-rows.js';
import { changedItems, type Item } from './subscription-items.js';
import { canPay } from './subscription-cycle.js';
import { changeCustomer } from './subscription-status.js';
import { subscriptionView } from './subscription-view.js';
import { checkTaxLocation } from './tax.js';
import {
  isEnded,
  type SubscriptionItemRow,
  type SubscriptionRow,
  type SubscriptionView,
} from '../state/rows.js';

type Params = Parsed<typeof createSpecs>;

const MAX_TRIAL_S = 730 * DAY_S;

/** `POST /v1/subscriptions`. @throws {ApiError} 400 for everything that Stripe would refuse. */
export function createSubscription(twin: Twin, params: Params): SubscriptionView {
  const customer = referencedCustomer(twin, params.customer, 'customer');
  exclusive(['cancel_at', params.cancel_at], ['cancel_at_period_end', params.cancel_at_period_end]);
  checkCollection(params.collection_method ?? 'charge_automatically', params.days_until_due);
  checkTaxLocation(twin, customer.id, params.automatic_tax?.enabled);
  const row = draftSubscription(twin, params);
  if (params.default_payment_method) {
    const method = defaultMethod(twin, params.default_payment_method, customer.id, 'default_payment_method');
    row.default_payment_method = method.id;
  }
  const sources = firstSources(twin, row, params.proration_behavior ?? 'create_prorations');
  if (firstAmount(twin, row, sources) > 0) row.status = unpaidStatus(twin, row, params.payment_behavior);
  Object.assign(row, cancellation(row, params.cancel_at, params.cancel_at_period_end, row.created));
  if (row.cancel_at !== null) row.cancel_prorates = params.proration_behavior !== 'none';
  twin.timeline.save(row);
  if (customer.currency !== row.currency) changeCustomer(twin, customer.id, { currency: row.currency });
  twin.log.record('customer.subscription.created', subscriptionView(twin, row));
  billFirst(twin, row, sources, params.payment_behavior !== 'default_incomplete');
  return subscriptionView(twin, twin.subscriptions.get(row.id) ?? row);
}

/** The subscription with its items in their first periods, stored nowhere. @throws {ApiError} 400 */
export function draftSubscription(twin: Twin, params: DraftParams): SubscriptionRow {
  const now = twin.time.of(params.customer);
  const items = changedItems(twin, [], params.items, now);
  const currency = currencyOf(twin, items, params);
  const trialEnd = trialEndOf(twin, items, params, now);
  const anchor = trialEnd ?? params.billing_cycle_anchor ?? now;
  const testClock = twin.time.clockOf(params.customer);
  const mode = params.billing_mode?.type ?? twin.settings.values.defaultBillingMode;
  const row = newRow(params, { now, currency, trialEnd, anchor, testClock, mode });
  row.items = items.map((item) => withFirstPeriod(twin, item, { now, anchor, trial: trialEnd !== null }));
  if (row.trial_end !== null) row.status = 'trialing';
  return row;
}

/** @throws {ApiError} 400 when the way of collecting and the days to pay do not go together. */
export function checkCollection(method: string, daysUntilDue: number | null | undefined): void {
  const hasDays = daysUntilDue !== null && daysUntilDue !== undefined;
  if (method === 'send_invoice' && !hasDays) {
    throw invalid('`days_until_due` must be set with `collection_method=send_invoice`.', 'days_until_due');
  }
  if (method !== 'send_invoice' && hasDays) {
    throw invalid(
      '`days_until_due` can only be set with `collection_method=send_invoice`.',
      'days_until_due',
    );
  }
}

function currencyOf(twin: Twin, items: readonly Item[], params: DraftParams): string {
  const currency = twin.prices.get(items[0]?.price ?? '')?.currency ?? '';
  if (params.currency !== undefined && params.currency !== currency) {
    throw invalid(`The prices of the items have no amount in ${params.currency}.`, 'currency');
  }
  for (const other of twin.subscriptions.scan({ where: ['customer', params.customer] })) {
    if (!isEnded(other) && other.currency !== currency) {
      throw invalid(
        `You cannot combine currencies on a single customer. This customer has an active subscription in ${other.currency}.`,
      );
    }
  }
  return currency;
}

/** The end of the trial in seconds, or null without one. @throws {ApiError} 400 */
function trialEndOf(twin: Twin, items: readonly Item[], params: DraftParams, now: number): number | null {
  exclusive(['trial_end', params.trial_end], ['trial_period_days', params.trial_period_days]);
  if (params.trial_end !== undefined) return checkedTrialEnd(params.trial_end, now);
  const fromPlan = params.trial_from_plan
    ? Math.max(0, ...items.map((item) => twin.prices.get(item.price)?.recurring?.trial_period_days ?? 0))
    : 0;
  const days = params.trial_period_days ?? fromPlan;
  return days > 0 ? now + days * DAY_S : null;
}

/** @throws {ApiError} 400 for a trial that ended before, or lasts for more than two years. */
export function checkedTrialEnd(end: number | 'now', now: number): number | null {
  if (end === 'now') return null;
  if (end <= now) {
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', 'trial_end');
  }
  if (end > now + MAX_TRIAL_S) throw invalid('A trial can last for up to 730 days.', 'trial_end');
  return end;
}

/**
 * Without a trial or a later anchor the first period is a full one; up to a later anchor it is what is left.
 * @throws {ApiError} 400 for an anchor in the past, or beyond the first full period.
 */
function withFirstPeriod(
  twin: Twin,
  item: Item,
  { now, anchor, trial }: { now: number; anchor: number; trial: boolean },
): SubscriptionItemRow {
  const cadence = twin.prices.get(item.price)?.recurring;
  if (!cadence) throw new Error(`${item.price} is not recurring`);
  if (anchor === now) {
    const period = periodAt(anchor, cadence, now);
    return { ...item, current_period_start: period.start, current_period_end: period.end };
  }
  if (!trial) {
    if (anchor < now) throw invalid('`billing_cycle_anchor` must be in the future.', 'billing_cycle_anchor');
    if (anchor > boundary(now, cadence, 1)) {
      throw invalid(
        '`billing_cycle_anchor` cannot be later than one period from now.',
        'billing_cycle_anchor',
      );
    }
  }
  return { ...item, current_period_start: now, current_period_end: anchor };
}

/**
 * Something is to be paid ahead: incomplete until it is, unless it is sent as an invoice.
 * @throws {ApiError} 400 without anything to charge, 402 when it must be paid and the card refuses
 */
function unpaidStatus(
  twin: Twin,
  row: SubscriptionRow,
  behavior: Params['payment_behavior'],
): SubscriptionRow['status'] {
  if (row.collection_method === 'send_invoice') return 'active';
  if (behavior === 'default_incomplete') return 'incomplete';
  if (!canPay(twin, row)) {
    throw invalid(
      'This customer has no attached payment source or default payment method.',
      undefined,
      'resource_missing',
    );
  }
  if (behavior === 'error_if_incomplete') checkPayable(twin, row);
  return 'incomplete';
}

/** The fields that say when the subscription will be cancelled. @throws {ApiError} 400 */
export function cancellation(
  row: SubscriptionRow,
  cancelAt: number | 'max_period_end' | 'min_period_end' | undefined,
  atPeriodEnd: boolean | undefined,
  now: number,
): Partial<SubscriptionRow> {
  const ends = row.items.map((item) => item.current_period_end);
  if (atPeriodEnd) {
    return { cancel_at: Math.max(...ends), cancel_at_period_end: true, canceled_at: now };
  }
  if (cancelAt === undefined) return {};
  const at =
    cancelAt === 'max_period_end'
      ? Math.max(...ends)
      : cancelAt === 'min_period_end'
        ? Math.min(...ends)
        : cancelAt;
  if (at <= now) throw invalid('`cancel_at` must be in the future.', 'cancel_at');
  return { cancel_at: at, cancel_at_period_end: false, canceled_at: now };
}
