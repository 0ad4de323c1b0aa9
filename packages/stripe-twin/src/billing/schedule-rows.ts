import type {
  PhaseItemRow,
  PhaseRow,
  ScheduleView,
  SubscriptionItemRow,
  SubscriptionRow,
  SubscriptionScheduleRow,
} from '../state/rows.js';
import { idOf } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { taxSettings } from './tax-settings.js';

export function scheduleView(row: SubscriptionScheduleRow): ScheduleView {
  return structuredClone(row);
}

/** Stores a schedule as it became, with `subscription_schedule.updated` when something of it shows. */
export function saveSchedule(
  twin: Twin,
  before: SubscriptionScheduleRow,
  after: SubscriptionScheduleRow,
): SubscriptionScheduleRow {
  twin.schedules.put(after);
  twin.log.recordUpdate('subscription_schedule.updated', scheduleView(before), scheduleView(after));
  return after;
}

/** The schedule that manages the subscription. */
export function scheduleOf(twin: Twin, row: SubscriptionRow): SubscriptionScheduleRow | undefined {
  const id = idOf(row.schedule);
  return id === null ? undefined : twin.schedules.get(id);
}

/** The phase that runs, by the schedule's own account. */
export function currentPhase(row: SubscriptionScheduleRow): PhaseRow | undefined {
  return row.phases.find((phase) => phase.start_date === row.current_phase?.start_date);
}

/** The phase that begins where that one ends. */
export function phaseAfter(row: SubscriptionScheduleRow, phase: PhaseRow): PhaseRow | undefined {
  return row.phases[row.phases.indexOf(phase) + 1];
}

/** An item of a subscription as a phase shows it. */
export function phaseItem(item: Pick<SubscriptionItemRow, 'price' | 'quantity' | 'metadata'>): PhaseItemRow {
  return {
    billing_thresholds: null,
    discounts: [],
    metadata: { ...item.metadata },
    plan: item.price,
    price: item.price,
    ...(item.quantity !== null && { quantity: item.quantity }),
    tax_rates: [],
  };
}

interface NewPhase {
  start: number;
  end: number;
  currency: string;
  items: PhaseItemRow[];
  metadata: Record<string, string>;
  trialEnd: number | null;
  /** `undefined`: the phase does not say it. */
  automaticTax: boolean | undefined;
  proration: PhaseRow['proration_behavior'];
  anchor: PhaseRow['billing_cycle_anchor'];
}

export function newPhase(phase: NewPhase): PhaseRow {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    ...(phase.automaticTax !== undefined && { automatic_tax: taxSettings(phase.automaticTax) }),
    billing_cycle_anchor: phase.anchor,
    billing_thresholds: null,
    collection_method: null,
    currency: phase.currency,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    end_date: phase.end,
    invoice_settings: null,
    items: phase.items,
    metadata: phase.metadata,
    on_behalf_of: null,
    proration_behavior: phase.proration,
    start_date: phase.start,
    transfer_data: null,
    trial_end: phase.trialEnd,
  };
}

/** A change of the subscription itself shows in the phase that runs. */
export function followSubscription(twin: Twin, row: SubscriptionRow): void {
  const schedule = scheduleOf(twin, row);
  const phase = schedule && currentPhase(schedule);
  if (!phase) return;
  const followed = { ...phase, items: row.items.map(phaseItem) };
  const phases = schedule.phases.map((other) => (other === phase ? followed : other));
  saveSchedule(twin, schedule, { ...schedule, phases });
}

/** A subscription that has ended takes its schedule with it: as it was planned, or before. */
export function endSchedule(twin: Twin, row: SubscriptionRow, at: number): void {
  const schedule = scheduleOf(twin, row);
  if (schedule?.status !== 'active') return;
  const planned = schedule.end_behavior === 'cancel' && (schedule.phases.at(-1)?.end_date ?? Infinity) <= at;
  const ended = twin.schedules.put({
    ...schedule,
    current_phase: null,
    ...(planned
      ? { status: 'completed' as const, completed_at: at }
      : { status: 'canceled' as const, canceled_at: at }),
  });
  twin.log.record(`subscription_schedule.${planned ? 'completed' : 'canceled'}`, scheduleView(ended));
}
