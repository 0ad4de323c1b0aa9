import type { CollectionStore } from '@farebox/twin-kit';
import type { BillingTime } from './billing-time.js';
import type { Settings } from './settings.js';
import type { Clock } from './clock.js';
import { MinHeap } from './min-heap.js';
import type { InvoiceRow, invoiceIndexes, SubscriptionRow, subscriptionIndexes } from './rows.js';
import type { Table } from './table.js';
import { sessionDue, type CheckoutSessionRow } from './session-rows.js';
import { invoiceDue, subscriptionDue } from './due.js';

/** What the timeline needs of the twin. */
interface Parts {
  store: CollectionStore;
  clock: Clock;
  time: BillingTime;
  settings: Settings;
  subscriptions: Table<SubscriptionRow, keyof typeof subscriptionIndexes>;
  invoices: Table<InvoiceRow, keyof typeof invoiceIndexes>;
  checkoutSessions: Table<CheckoutSessionRow, string>;
}

/** Something that time alone does. */
interface Due {
  kind: 'subscription' | 'invoice' | 'checkout_session';
  id: string;
}

/** Does what is due at that moment; called with the time of the step. */
export type Steps = Record<Due['kind'], (id: string, at: number) => void>;

const MAX_WAIT_MS = 60 * 60 * 1000;

/**
 * What happens by the passing of time alone: trials and periods end, invoices become final and are collected,
 * cancellations come due. Each step is taken in its turn, with its events, however far a clock has jumped. The
 * twin's clock and every test clock have a queue each.
 */
export class Timeline {
  private readonly queues = new Map<string | null, MinHeap<Due>>();
  private timer: NodeJS.Timeout | undefined;
  private steps: Steps | undefined;

  constructor(private readonly parts: Parts) {
    for (const row of parts.subscriptions.scan({ direction: 'oldest' })) this.plan('subscription', row);
    for (const row of parts.invoices.scan({ direction: 'oldest' })) this.plan('invoice', row);
    for (const row of parts.checkoutSessions.scan({ direction: 'oldest' })) {
      this.plan('checkout_session', row);
    }
  }

  /** Begins to take steps; they know the twin, which the timeline does not. */
  start(steps: Steps): void {
    this.steps = steps;
    this.wake();
  }

  /** Stores the subscription and remembers when something is due to happen to it. */
  save(row: SubscriptionRow): SubscriptionRow {
    this.parts.subscriptions.put(row);
    this.plan('subscription', row);
    return row;
  }

  /** The same for an invoice. */
  saveInvoice(row: InvoiceRow): InvoiceRow {
    this.parts.invoices.put(row);
    this.plan('invoice', row);
    return row;
  }

  /** The same for a checkout session. */
  saveSession(row: CheckoutSessionRow): CheckoutSessionRow {
    this.parts.checkoutSessions.put(row);
    this.plan('checkout_session', row);
    return row;
  }

  /** Brings everything that lives on the twin's clock up to it. Costs nothing when nothing is due. */
  advance(): void {
    const now = this.parts.time.onClock(null);
    if (this.nextAt(null) > now) return;
    this.parts.store.transaction(() => {
      while (this.walk(null, now, 1_000)) continue;
    });
    this.wake();
  }

  /**
   * Takes steps on one clock, up to and including those due at `until`, and at most so many.
   * @returns whether there is more to do
   */
  walk(clock: string | null, until: number, most: number): boolean {
    const queue = this.queues.get(clock);
    if (!queue) return false;
    for (let taken = 0; taken < most; taken++) {
      const next = queue.peek();
      if (!next || next.at > until) return false;
      queue.pop();
      // An entry from before a change is out of date: that change has made a new one.
      if (this.dueAt(next.value) === next.at) {
        this.parts.time.during(next.at, () => this.steps?.[next.value.kind](next.value.id, next.at));
      }
    }
    return this.nextAt(clock) <= until;
  }

  /** When something is due next on that clock, in seconds. */
  nextAt(clock: string | null): number {
    return this.queues.get(clock)?.peek()?.at ?? Infinity;
  }

  /** Forgets what was planned on a test clock that is gone. */
  forget(clock: string): void {
    this.queues.delete(clock);
  }

  /** Sets the alarm anew. Called again when the clock was moved. */
  wake(): void {
    clearTimeout(this.timer);
    const next = this.nextAt(null);
    if (next === Infinity || !this.steps) return;
    const wait = Math.min(Math.max(0, next * 1000 - this.parts.clock.now()), MAX_WAIT_MS);
    this.timer = setTimeout(() => {
      this.advance();
      this.wake();
    }, wait);
    this.timer.unref();
  }

  reset(): void {
    this.queues.clear();
    clearTimeout(this.timer);
  }

  close(): void {
    this.steps = undefined;
    clearTimeout(this.timer);
  }

  private dueAt({ kind, id }: Due): number {
    const { subscriptions, invoices, checkoutSessions } = this.parts;
    switch (kind) {
      case 'subscription':
        return due(subscriptions.get(id), (row) =>
          subscriptionDue(row, this.parts.settings.values.upcomingInvoiceDays),
        );
      case 'invoice':
        return due(invoices.get(id), invoiceDue);
      case 'checkout_session':
        return due(checkoutSessions.get(id), sessionDue);
    }
  }

  /** What has no customer lives on the twin's clock. */
  private plan(kind: Due['kind'], row: { id: string; customer?: string }): void {
    const at = this.dueAt({ kind, id: row.id });
    if (at === Infinity) return;
    const clock = row.customer === undefined ? null : this.parts.time.clockOf(row.customer);
    const first = this.nextAt(clock);
    const queue = this.queues.get(clock) ?? new MinHeap<Due>();
    this.queues.set(clock, queue);
    queue.push(at, { kind, id: row.id });
    if (clock === null && at < first) this.wake();
  }
}

function due<R>(row: R | undefined, dueAt: (row: R) => number): number {
  return row === undefined ? Infinity : dueAt(row);
}
