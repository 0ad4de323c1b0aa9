import { isDeepStrictEqual } from 'node:util';
import type { phaseSpecs, updateSpecs } from './subscription-schedule-params.js';
import type { PhaseRow, SubscriptionRow, SubscriptionScheduleRow } from '../state/rows.js';
import { idOf, isEnded } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchReference } from '../wire/api-error.js';
import { newLongId } from '../wire/ids.js';
import { mergeMetadata, type MetadataChange } from '../wire/metadata.js';
import { exclusive, type Parsed } from '../wire/params.js';
import { applyChange } from './apply-change.js';
import { boundary } from './billing-period.js';
import { enterPhase, phaseItems } from './enter-phase.js';
import { withItems } from './item-periods.js';
import { priceOf } from './invoice-lines.js';
import { currentPhase, newPhase, phaseItem, saveSchedule, scheduleView } from './schedule-rows.js';
import { changedItems } from './subscription-items.js';
import { saveSubscription } from './subscription-status.js';
import { checkTaxLocation } from './tax.js';
import { withTrialEnd } from './update-subscription.js';

type PhaseParams = Parsed<typeof phaseSpecs>;

/** `from_subscription`: one phase, the subscription's items up to the end of its period. @throws {ApiError} 400 */
export function scheduleFrom(
  twin: Twin,
  id: string,
  metadata: MetadataChange | undefined,
): SubscriptionScheduleRow {
  const row = twin.subscriptions.get(id);
  if (!row) throw noSuchReference('subscription', id, 'from_subscription');
  if (isEnded(row)) {
    throw invalid(
      `You cannot migrate a subscription that is in the \`${row.status}\` status to a subscription schedule.`,
      'from_subscription',
    );
  }
  if (row.schedule !== null) {
    throw invalid(
      `You cannot migrate a subscription that is already attached to a schedule: \`${id}\` is already attached to \`${idOf(row.schedule)}\`.`,
      'from_subscription',
    );
  }
  const start = Math.min(...row.items.map((item) => item.current_period_start));
  const end = row.cancel_at ?? Math.min(...row.items.map((item) => item.current_period_end));
  const phase = newPhase({
    start,
    end,
    currency: row.currency,
    items: row.items.map(phaseItem),
    metadata: {},
    trialEnd: row.status === 'trialing' ? row.trial_end : null,
    automaticTax: row.automatic_tax.enabled ? true : undefined,
    proration: 'create_prorations',
    anchor: null,
  });
  const schedule = twin.schedules.put(blank(twin, row, phase, mergeMetadata({}, metadata)));
  twin.log.record('subscription_schedule.created', scheduleView(schedule));
  saveSubscription(twin, row, { ...row, schedule: schedule.id, phase_ends_at: end });
  return schedule;
}

function blank(
  twin: Twin,
  row: SubscriptionRow,
  phase: PhaseRow,
  metadata: Record<string, string>,
): SubscriptionScheduleRow {
  return {
    id: newLongId('sub_sched'),
    object: 'subscription_schedule',
    application: null,
    billing_mode: structuredClone(row.billing_mode),
    canceled_at: null,
    completed_at: null,
    created: twin.time.of(row.customer),
    current_phase: { end_date: phase.end_date, start_date: phase.start_date },
    customer: row.customer,
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      automatic_tax: { disabled_reason: null, enabled: row.automatic_tax.enabled, liability: null },
      billing_cycle_anchor: 'automatic',
      billing_thresholds: null,
      collection_method: row.collection_method,
      default_payment_method: idOf(row.default_payment_method),
      description: row.description,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        days_until_due: row.days_until_due,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: row.cancel_at === null ? 'release' : 'cancel',
    livemode: false,
    metadata,
    pause_schedules: [],
    phases: [phase],
    released_at: null,
    released_subscription: null,
    status: 'active',
    subscription: row.id,
    test_clock: row.test_clock,
  };
}

/** `POST /v1/subscription_schedules/:id`. @throws {ApiError} 400 */
export function updateSchedule(
  twin: Twin,
  row: SubscriptionScheduleRow,
  params: Parsed<typeof updateSpecs>,
): SubscriptionScheduleRow {
  const subscription = managed(twin, row, 'update');
  const now = twin.time.of(row.customer);
  const phases = params.phases ? checkedPhases(twin, row, subscription, params.phases, now) : row.phases;
  const next: SubscriptionScheduleRow = {
    ...row,
    metadata: mergeMetadata(row.metadata ?? {}, params.metadata),
    ...(params.default_settings?.billing_cycle_anchor !== undefined && {
      default_settings: {
        ...row.default_settings,
        billing_cycle_anchor: params.default_settings.billing_cycle_anchor,
      },
    }),
    end_behavior: params.end_behavior ?? row.end_behavior,
    phases,
  };
  const running = phases.find((phase) => phase.start_date <= now && now < phase.end_date) ?? phases.at(-1);
  if (!running) throw invalid('A subscription schedule must have at least one phase.', 'phases');
  next.current_phase = { end_date: running.end_date, start_date: running.start_date };
  const saved = saveSchedule(twin, row, next);
  const was = currentPhase(row);
  if (was && running.start_date !== was.start_date) enterPhase(twin, subscription, running, now);
  else if (params.phases) changePhase(twin, subscription, was, running, params.proration_behavior);
  plan(twin, saved);
  return twin.schedules.get(row.id) ?? saved;
}

/** The subscription follows the phase that runs, and the schedule says when it changes or ends. */
export function plan(twin: Twin, schedule: SubscriptionScheduleRow): void {
  const row = twin.subscriptions.get(schedule.subscription ?? '');
  const phase = currentPhase(schedule);
  if (!row || !phase) return;
  const end = schedule.phases.at(-1)?.end_date ?? phase.end_date;
  const cancels = schedule.end_behavior === 'cancel';
  saveSubscription(twin, row, {
    ...row,
    phase_ends_at: phase.end_date,
    cancel_at: cancels ? end : null,
    canceled_at: cancels ? (row.canceled_at ?? twin.time.of(row.customer)) : null,
    cancel_at_period_end: false,
  });
}

/** The phase that runs was changed: where it differs from before, the subscription changes now. */
function changePhase(
  twin: Twin,
  row: SubscriptionRow,
  was: PhaseRow | undefined,
  phase: PhaseRow,
  behavior: Parsed<typeof updateSpecs>['proration_behavior'],
): void {
  const now = twin.time.of(row.customer);
  const same = isDeepStrictEqual(was?.metadata, phase.metadata);
  const metadata = same ? row.metadata : mergeMetadata(row.metadata, phase.metadata);
  const automatic_tax = phase.automatic_tax ?? row.automatic_tax;
  const trialed = withTrialOf(twin, row, phase, now);
  if (trialed === row && isDeepStrictEqual(was?.items.map(terms), phase.items.map(terms))) {
    saveSubscription(twin, row, { ...row, metadata, automatic_tax });
    return;
  }
  const next = withItems(twin, trialed, phaseItems(twin, trialed.items, phase, now), now);
  const options = { behavior: behavior ?? ('create_prorations' as const), from: now, collect: true };
  applyChange(twin, row, { ...next, metadata, automatic_tax }, options);
}

/** The trial is as the phase that runs says: one that says none has none. */
function withTrialOf(twin: Twin, row: SubscriptionRow, phase: PhaseRow, now: number): SubscriptionRow {
  const wanted = phase.trial_end !== null && phase.trial_end > now ? phase.trial_end : null;
  const held = row.status === 'trialing' ? row.trial_end : null;
  return wanted === held ? row : withTrialEnd(twin, row, wanted ?? 'now', now);
}

function terms({ price, quantity, metadata }: PhaseRow['items'][number]): unknown {
  return { price, quantity, metadata };
}

/** @throws {ApiError} 400 for a schedule that manages nothing any more */
function managed(twin: Twin, row: SubscriptionScheduleRow, what: string): SubscriptionRow {
  const subscription = row.status === 'active' ? twin.subscriptions.get(row.subscription ?? '') : undefined;
  if (subscription) return subscription;
  throw invalid(
    `You cannot ${what} a subscription schedule that is currently in the \`${row.status}\` status. It must be in \`not_started\`, \`active\` status to be ${what}${what.endsWith('e') ? 'd' : 'ed'}.`,
  );
}

/** The phases as they will stand: each begins where the one before it ends. @throws {ApiError} 400 */
function checkedPhases(
  twin: Twin,
  schedule: SubscriptionScheduleRow,
  row: SubscriptionRow,
  sent: readonly PhaseParams[],
  now: number,
): PhaseRow[] {
  if (sent[0]?.start_date === undefined) {
    throw invalid(
      'The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to.',
      'phases',
    );
  }
  const phases: PhaseRow[] = [];
  sent.forEach((phase, i) => {
    const before = phases.at(-1);
    const start = timeOf(phase.start_date, now) ?? before?.end_date ?? now;
    if (before && start !== before.end_date) {
      throw invalid(
        'The `start_date` of each phase must be the `end_date` of the phase before it.',
        `phases[${i}][start_date]`,
      );
    }
    phases.push(phaseFrom(twin, row, phase, start, now, i));
  });
  checkCurrent(schedule, phases, now);
  return phases;
}

function phaseFrom(
  twin: Twin,
  row: SubscriptionRow,
  phase: PhaseParams,
  start: number,
  now: number,
  index: number,
): PhaseRow {
  exclusive(['duration', phase.duration], ['end_date', phase.end_date]);
  const at = `phases[${index}]`;
  checkTaxLocation(twin, row.customer, phase.automatic_tax?.enabled);
  const held = new Set(row.items.map(({ price }) => price));
  const paramAt = (i: number, name: string) => `${at}[items][${i}][${name}]`;
  const items = changedItems(twin, [], phase.items, now, paramAt, held);
  const cadence = priceOf(twin, items[0]?.price ?? '').recurring;
  // Neither says how long: one period of its price.
  const length = phase.duration ?? cadence ?? { interval: 'month', interval_count: 1 };
  const end =
    timeOf(phase.end_date, now) ??
    boundary(start, { interval: length.interval, interval_count: length.interval_count ?? 1 }, 1);
  if (end <= start) throw invalid('The phase must end after it starts.', `${at}[end_date]`);
  return newPhase({
    start,
    end,
    currency: row.currency,
    items: items.map(phaseItem),
    metadata: { ...phase.metadata },
    trialEnd: trialEndOf(phase, { start, end, now }, `${at}[trial_end]`),
    automaticTax: phase.automatic_tax?.enabled,
    proration: phase.proration_behavior ?? 'create_prorations',
    anchor: phase.billing_cycle_anchor ?? null,
  });
}

/** "Must be within the phase." @throws {ApiError} 400; also for a trial in a phase that has not begun */
function trialEndOf(
  { trial_end: sent }: PhaseParams,
  { start, end, now }: { start: number; end: number; now: number },
  path: string,
): number | null {
  const trialEnd = timeOf(sent, now);
  if (trialEnd === undefined) return null;
  if (trialEnd < start || trialEnd > end) throw invalid('The trial end must be within the phase.', path);
  if (start > now && trialEnd > start)
    throw invalid(`The sandbox does not support ${path} of a later phase; Stripe does.`, path);
  return trialEnd;
}

/** @throws {ApiError} 400 unless the phase that runs is among them, from its own start, and the last one is not over */
function checkCurrent(schedule: SubscriptionScheduleRow, phases: readonly PhaseRow[], now: number): void {
  const running = schedule.current_phase;
  if (running && !phases.some((phase) => phase.start_date === running.start_date)) {
    throw invalid('You can not modify the start date of the current phase.', 'phases[0][start_date]');
  }
  if ((phases.at(-1)?.end_date ?? 0) <= now) {
    throw invalid('You can not end the last phase in the past.', 'phases');
  }
}

function timeOf(sent: number | 'now' | undefined, now: number): number | undefined {
  return sent === 'now' ? now : sent;
}

/** Leaves the subscription as it is, and manages it no longer. @throws {ApiError} 400 */
export function releaseSchedule(
  twin: Twin,
  row: SubscriptionScheduleRow,
  keepCancelDate: boolean,
): SubscriptionScheduleRow {
  const subscription = managed(twin, row, 'release');
  return releaseFrom(twin, row, subscription, keepCancelDate);
}

/** What releasing does, asked for or at the end of the last phase. */
export function releaseFrom(
  twin: Twin,
  row: SubscriptionScheduleRow,
  subscription: SubscriptionRow,
  keepCancelDate: boolean,
): SubscriptionScheduleRow {
  const released = twin.schedules.put({
    ...row,
    current_phase: null,
    released_at: twin.time.of(row.customer),
    released_subscription: subscription.id,
    status: 'released',
    subscription: null,
  });
  const { phase_ends_at: _phase, ...free } = subscription;
  const cancel_at = keepCancelDate ? subscription.cancel_at : null;
  saveSubscription(twin, subscription, { ...free, schedule: null, cancel_at });
  twin.log.record('subscription_schedule.released', scheduleView(released));
  return released;
}

/** @throws {ApiError} 400 for a schedule that cannot be cancelled any more */
export function cancellable(twin: Twin, row: SubscriptionScheduleRow): SubscriptionRow {
  return managed(twin, row, 'cancel');
}
