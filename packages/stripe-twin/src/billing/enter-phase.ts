import type {
  InvoiceItemRow,
  LineSource,
  PhaseRow,
  SubscriptionItemRow,
  SubscriptionRow,
} from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newId } from '../wire/ids.js';
import { mergeMetadata } from '../wire/metadata.js';
import { applyChange } from './apply-change.js';
import { insertInvoiceItem } from './invoice-item-rows.js';
import { licensedSources } from './invoice-lines.js';
import { withAnchor, withItems } from './item-periods.js';
import { isMetered, prorations } from './proration.js';
import { scheduleOf } from './schedule-rows.js';
import { cycle, issueCycle, trialEnds, usageOfPeriod } from './subscription-cycle.js';
import type { Item } from './subscription-items.js';

/** What a phase makes of a subscription, and what that costs. */
interface Entry {
  after: SubscriptionRow;
  /** Of what was in the middle of its period. */
  prorations: InvoiceItemRow[];
  /** What ended, at the prices of the phase before, and what begins, in full, at those of this one. */
  sources: LineSource[];
  /** Whether a period ends as the phase begins: it is invoiced then. */
  ends: boolean;
}

/**
 * A phase that begins: what ended with the phase before it is billed at that phase's prices; a period that begins
 * now at the new ones, in full; and the rest by the phase's `proration_behavior`. Changes nothing.
 */
export function entryOf(twin: Twin, row: SubscriptionRow, phase: PhaseRow, at: number): Entry {
  const isDue = (item: SubscriptionItemRow): boolean => item.current_period_end <= at;
  const { sources: due, items: rolled } = cycle(twin, row, at);
  const held: SubscriptionRow = { ...row, status: trialEnds(row, at) ? 'active' : row.status, items: rolled };
  const joined = withItems(twin, held, phaseItems(twin, rolled, phase, at), at);
  const restart = anchorOf(twin, row, phase) === 'phase_start';
  const after: SubscriptionRow = {
    ...(restart ? withAnchor(twin, joined, at) : joined),
    automatic_tax: phase.automatic_tax ?? row.automatic_tax,
    metadata: mergeMetadata(row.metadata, phase.metadata),
  };
  // What ended owes no rest of a period; what goes on and is changed does.
  const midway: SubscriptionRow = { ...row, items: row.items.filter((item) => !isDue(item)) };
  const begun = after.items
    .filter((item) => item.current_period_start === at)
    .flatMap((item) => {
      const period = { start: item.current_period_start, end: item.current_period_end };
      if (!isMetered(twin, item)) return licensedSources(twin, row.id, item, period, false);
      const cut = midway.items.find(({ id, price }) => id === item.id && price === item.price);
      return cut && cut.current_period_start !== at ? [usageOfPeriod(row, cut, at)] : [];
    });
  return {
    after,
    prorations: phase.proration_behavior === 'none' ? [] : prorations(twin, midway, after, at, true),
    sources: [...due.filter((source) => source.kind === 'usage'), ...begun],
    ends: row.items.some(isDue),
  };
}

/** The subscription is as the phase says from now on. */
export function enterPhase(twin: Twin, row: SubscriptionRow, phase: PhaseRow, at: number): void {
  const entry = entryOf(twin, row, phase, at);
  if (!entry.ends) {
    const behavior = phase.proration_behavior as Behavior;
    applyChange(twin, row, entry.after, { behavior, from: at, collect: true });
    return;
  }
  for (const item of entry.prorations) insertInvoiceItem(twin, item);
  issueCycle(twin, row, entry.after, entry.sources, at);
}

type Behavior = 'always_invoice' | 'create_prorations' | 'none';

function anchorOf(twin: Twin, row: SubscriptionRow, phase: PhaseRow): string {
  const fallback = scheduleOf(twin, row)?.default_settings.billing_cycle_anchor ?? 'automatic';
  return phase.billing_cycle_anchor ?? fallback;
}

/** The items that a phase asks for: those of the same price stay, the others are new. */
export function phaseItems(
  twin: Twin,
  current: readonly SubscriptionItemRow[],
  phase: PhaseRow,
  now: number,
): Item[] {
  const left = current.filter((item) => !phase.items.some((wanted) => wanted.price === item.price));
  return phase.items.map((wanted) => {
    const held = current.find((item) => item.price === wanted.price);
    const replaced = twin.settings.values.scheduleKeepsItemIds ? left.shift() : undefined;
    const base = held ?? replaced ?? { id: newId('si'), created: now, metadata: {} };
    return {
      ...base,
      price: wanted.price,
      quantity: wanted.quantity ?? null,
      metadata: mergeMetadata(base.metadata, wanted.metadata ?? {}),
    };
  });
}
