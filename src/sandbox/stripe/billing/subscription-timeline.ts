import type { CollectionStore } from '../../kit/collection-store.js';
import type { EventLog } from '../events/event-log.js';
import { seconds, type Clock } from '../state/clock.js';
import { MinHeap } from '../state/min-heap.js';
import { periodAt } from './billing-period.js';
import { priceOfItem, subscriptionView, type PriceSource } from './subscription-view.js';
import type { Table } from '../state/table.js';
import { isEnded, type CustomerRow, type SubscriptionRow, type subscriptionIndexes } from '../state/rows.js';

/** What the timeline needs of the twin. */
export interface TimelineParts extends PriceSource {
  store: CollectionStore;
  clock: Clock;
  log: EventLog;
  customers: { get(id: string): CustomerRow | undefined };
  subscriptions: Table<SubscriptionRow, keyof typeof subscriptionIndexes>;
}

const INCOMPLETE_EXPIRES_S = 23 * 60 * 60;
const MAX_WAIT_MS = 60 * 60 * 1000;

/**
 * What happens to subscriptions by the passing of time alone: trials and periods end, cancellations come due.
 * Each step is taken in its turn, with its event, however far the clock has jumped.
 */
export class SubscriptionTimeline {
  private readonly due = new MinHeap<string>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly twin: TimelineParts) {
    for (const row of twin.subscriptions.scan({ direction: 'oldest' })) this.schedule(row);
    this.wake();
  }

  /** Stores the subscription and remembers when something is due to happen to it. */
  save(row: SubscriptionRow): SubscriptionRow {
    this.twin.subscriptions.put(row);
    this.schedule(row);
    return row;
  }

  /** Brings every subscription up to the clock. Costs nothing when nothing is due. */
  advance(): void {
    const now = seconds(this.twin.clock);
    if ((this.due.peek()?.at ?? Infinity) > now) return;
    this.twin.store.transaction(() => {
      for (;;) {
        const next = this.due.peek();
        if (!next || next.at > now) break;
        this.due.pop();
        const row = this.twin.subscriptions.get(next.value);
        // An entry from before a change is out of date: that change has made a new one.
        if (row && nextStep(row) === next.at) this.step(row, next.at);
      }
    });
    this.wake();
  }

  /** Sets the alarm anew. Called again when the clock was moved. */
  wake(): void {
    clearTimeout(this.timer);
    const next = this.due.peek();
    if (!next || this.closed) return;
    const wait = Math.min(Math.max(0, next.at * 1000 - this.twin.clock.now()), MAX_WAIT_MS);
    this.timer = setTimeout(() => {
      this.advance();
      this.wake();
    }, wait);
    this.timer.unref();
  }

  reset(): void {
    this.due.clear();
    clearTimeout(this.timer);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private schedule(row: SubscriptionRow): void {
    const at = nextStep(row);
    if (at === Infinity) return;
    const first = this.due.peek()?.at ?? Infinity;
    this.due.push(at, row.id);
    if (at < first) this.wake();
  }

  private step(row: SubscriptionRow, at: number): void {
    const before = subscriptionView(this.twin, row);
    const after = this.save(stepped(this.twin, row, at));
    const view = subscriptionView(this.twin, after);
    if (after.status === 'canceled') this.twin.log.record('customer.subscription.deleted', view);
    else if (after.status === 'paused') this.twin.log.record('customer.subscription.paused', view);
    else this.twin.log.recordUpdate('customer.subscription.updated', before, view);
  }
}

/** When time alone changes the subscription next, in seconds. */
function nextStep(row: SubscriptionRow): number {
  if (isEnded(row)) return Infinity;
  const times = [row.cancel_at ?? Infinity];
  if (row.status === 'incomplete') times.push(row.created + INCOMPLETE_EXPIRES_S);
  if (row.status !== 'paused') times.push(...row.items.map((item) => item.current_period_end));
  return Math.min(...times);
}

function stepped(twin: TimelineParts, row: SubscriptionRow, at: number): SubscriptionRow {
  if (row.status === 'incomplete' && at >= row.created + INCOMPLETE_EXPIRES_S) {
    return { ...row, status: 'incomplete_expired', ended_at: at };
  }
  if (row.cancel_at !== null && row.cancel_at <= at) return { ...row, status: 'canceled', ended_at: at };
  const trialEnds = row.status === 'trialing' && row.trial_end !== null && row.trial_end <= at;
  if (trialEnds && !canPay(twin, row)) {
    const behavior = row.trial_settings?.end_behavior.missing_payment_method;
    if (behavior === 'cancel') return { ...row, status: 'canceled', canceled_at: at, ended_at: at };
    if (behavior === 'pause') return { ...row, status: 'paused' };
  }
  return {
    ...row,
    status: trialEnds ? 'active' : row.status,
    items: row.items.map((item) => {
      if (item.current_period_end > at) return item;
      const cadence = priceOfItem(twin, item).recurring;
      if (!cadence) return item;
      const period = periodAt(row.billing_cycle_anchor, cadence, at);
      return { ...item, current_period_start: period.start, current_period_end: period.end };
    }),
  };
}

/** Whether there is something to charge: a default payment method of the subscription or of its customer. */
export function canPay(
  twin: Pick<TimelineParts, 'customers'>,
  row: Pick<SubscriptionRow, 'customer' | 'default_payment_method'>,
): boolean {
  const customer = twin.customers.get(row.customer);
  return Boolean(row.default_payment_method ?? customer?.invoice_settings.default_payment_method);
}
