import type { updateSpecs } from './subscription-params.js';
import type { Twin } from '../twin.js';
import { invalid } from '../wire/api-error.js';
import { mergeMetadata } from '../wire/metadata.js';
import { exclusive, type Parsed } from '../wire/params.js';
import { applyChange, type ChangeOptions } from './apply-change.js';
import { withDetails } from './cancel.js';
import { cancellation, checkCollection, checkedTrialEnd } from './create-subscription.js';
import { taxSettings } from './tax-settings.js';
import { withAnchor, withItems } from './item-periods.js';
import { defaultMethod } from './payment-method-rows.js';
import { followSubscription } from './schedule-rows.js';
import { changedItems, type ItemChange } from './subscription-items.js';
import { subscriptionView } from './subscription-view.js';
import { checkTaxLocation } from './tax.js';
import { idOf, isEnded, type SubscriptionRow, type SubscriptionView } from '../state/rows.js';

type Params = Parsed<typeof updateSpecs>;

const ALLOWED_WHEN_ENDED = new Set(['metadata', 'cancellation_details']);

/** `POST /v1/subscriptions/:id`. What was not sent stays as it is. @throws {ApiError} 400 */
export function updateSubscription(twin: Twin, row: SubscriptionRow, params: Params): SubscriptionView {
  const now = twin.time.of(row.customer);
  if (isEnded(row) && Object.keys(params).some((name) => !ALLOWED_WHEN_ENDED.has(name))) {
    throw invalid('A canceled subscription can only update its cancellation_details and metadata.');
  }
  checkManaged(row, params);
  checkTaxLocation(twin, row.customer, params.automatic_tax?.enabled);
  let next = previewChange(twin, row, params);
  if (params.default_payment_method) {
    const method = defaultMethod(twin, params.default_payment_method, row.customer, 'default_payment_method');
    next = { ...next, default_payment_method: method.id };
  }
  const changed = applyChange(twin, row, next, changeOptions(params, row, now));
  if (params.items) followSubscription(twin, changed);
  return subscriptionView(twin, changed);
}

/** The subscription as a change would leave it. Stores nothing. @throws {ApiError} 400 */
export function previewChange(twin: Twin, row: SubscriptionRow, params: Partial<Params>): SubscriptionRow {
  const now = twin.time.of(row.customer);
  exclusive(['cancel_at', params.cancel_at], ['cancel_at_period_end', params.cancel_at_period_end]);
  let next: SubscriptionRow = { ...row, ...simpleChanges(row, params) };
  checkCollection(next.collection_method, next.days_until_due);
  if (params.items) next = withItems(twin, next, changedItems(twin, row.items, params.items, now), now);
  if (params.trial_end !== undefined) next = withTrialEnd(twin, next, params.trial_end, now);
  if (params.billing_cycle_anchor?.type === 'now') next = withAnchor(twin, next, now);
  return { ...next, ...cancellationChange(next, params, now) };
}

/** @throws {ApiError} 400 where a schedule alone says when the subscription ends */
function checkManaged(row: SubscriptionRow, params: Partial<Params>): void {
  if (row.schedule === null) return;
  if (params.cancel_at === undefined && params.cancel_at_period_end === undefined) return;
  throw invalid(
    `The subscription is managed by the subscription schedule \`${idOf(row.schedule)}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
  );
}

interface ChangeParams {
  payment_behavior?: Params['payment_behavior'];
  proration_behavior?: Params['proration_behavior'];
  proration_date?: number | undefined;
}

/** @throws {ApiError} 400 for prorations of another time than that of the current periods */
function changeOptions(params: ChangeParams, row: SubscriptionRow, now: number): ChangeOptions {
  checkProrationDate(row, params.proration_date);
  return {
    behavior: params.proration_behavior ?? 'create_prorations',
    from: params.proration_date ?? now,
    collect: params.payment_behavior !== 'default_incomplete',
  };
}

export function checkProrationDate(row: SubscriptionRow, date: number | undefined): void {
  if (date === undefined) return;
  const within = row.items.every(
    (item) => item.current_period_start <= date && date <= item.current_period_end,
  );
  if (!within) {
    throw invalid('`proration_date` must be within the current period of every item.', 'proration_date');
  }
}

/** Changes the items alone, as the endpoints of subscription items do. */
export function updateItems(
  twin: Twin,
  row: SubscriptionRow,
  changes: readonly ItemChange[],
  params: ChangeParams,
): SubscriptionView {
  if (isEnded(row)) throw invalid('The items of a canceled subscription cannot be changed.');
  const now = twin.time.of(row.customer);
  const items = changedItems(twin, row.items, changes, now, (_index, name) => name);
  const next = withItems(twin, row, items, now);
  const changed = applyChange(twin, row, next, changeOptions(params, row, now));
  followSubscription(twin, changed);
  return subscriptionView(twin, changed);
}

function simpleChanges(row: SubscriptionRow, sent: Partial<Params>): Partial<SubscriptionRow> {
  const settings = sent.payment_settings;
  return {
    metadata: mergeMetadata(row.metadata, sent.metadata),
    ...(sent.automatic_tax && { automatic_tax: taxSettings(sent.automatic_tax.enabled) }),
    ...(sent.collection_method !== undefined && { collection_method: sent.collection_method }),
    // Days belong to invoices that are sent: another method leaves none.
    ...(sent.collection_method === 'charge_automatically' && { days_until_due: null }),
    ...(sent.days_until_due !== undefined && { days_until_due: sent.days_until_due }),
    ...(sent.default_payment_method !== undefined && { default_payment_method: sent.default_payment_method }),
    ...(sent.description !== undefined && { description: sent.description }),
    ...(sent.pause_collection !== undefined && {
      pause_collection: sent.pause_collection && {
        behavior: sent.pause_collection.behavior,
        resumes_at: sent.pause_collection.resumes_at ?? null,
      },
    }),
    ...(settings &&
      row.payment_settings && {
        payment_settings: {
          ...row.payment_settings,
          ...(settings.payment_method_types !== undefined && {
            payment_method_types: settings.payment_method_types,
          }),
          ...(settings.save_default_payment_method !== undefined && {
            save_default_payment_method: settings.save_default_payment_method,
          }),
        },
      }),
    ...(sent.trial_settings && {
      trial_settings: {
        end_behavior: {
          billing_cycle_anchor: null,
          missing_payment_method: sent.trial_settings.end_behavior.missing_payment_method,
        },
      },
    }),
  };
}

export function withTrialEnd(
  twin: Twin,
  row: SubscriptionRow,
  sent: number | 'now',
  now: number,
): SubscriptionRow {
  const end = checkedTrialEnd(sent, now);
  if (end === null) {
    if (row.status !== 'trialing') return row;
    return withAnchor(twin, { ...row, status: 'active', trial_end: now }, now);
  }
  return {
    ...row,
    status: 'trialing',
    trial_start: row.trial_start ?? now,
    trial_end: end,
    billing_cycle_anchor: end,
    items: row.items.map((item) => ({ ...item, current_period_end: end })),
  };
}

function cancellationChange(
  row: SubscriptionRow,
  sent: Partial<Params>,
  now: number,
): Partial<SubscriptionRow> {
  const withdrawn =
    sent.cancel_at === null || (sent.cancel_at_period_end === false && row.cancel_at_period_end);
  const details = sent.cancellation_details;
  if (withdrawn) {
    return {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: withDetails(row.cancellation_details, details, null),
    };
  }
  const asked = {
    ...cancellation(row, sent.cancel_at ?? undefined, sent.cancel_at_period_end, now),
    ...(sent.cancel_at && { cancel_prorates: sent.proration_behavior !== 'none' }),
  };
  const reason = asked.canceled_at === undefined ? undefined : 'cancellation_requested';
  if (!details && reason === undefined) return asked;
  return { ...asked, cancellation_details: withDetails(row.cancellation_details, details, reason) };
}
