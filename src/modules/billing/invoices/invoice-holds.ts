import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database, type Sql } from '../../../platform/database/database.js';
import type { WorkQueue } from '../../../platform/jobs/work-queue.js';
import { WorkQueues } from '../../../platform/jobs/work-queues.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { Topic, Topics } from '../../../platform/topics/topics.js';
import { UsageSettlement } from '../../subscriptions/index.js';
import { type Invoice, InvoiceGateway } from '../ports/invoice-gateway.js';
import { InvoiceAlarms } from './invoice-alarms.js';
import { InvoiceMirror } from './invoice-mirror.js';
import { type InvoiceHold, InvoiceHoldStore } from './invoice-hold-store.js';
import { HELD_STATES, type HoldState } from './invoice-holds.tables.js';

/** A draft is no longer held, and goes out. `complete`: the provider shows all of its usage. */
export const INVOICE_RELEASED = new Topic<{ invoiceId: string; customerId: string; complete: boolean }>(
  'billing.invoice-released',
);
const HOLDS = 'billing.invoice-holds';
/** A draft that is not held is final an hour after its period: the time limit when thousands of periods end at once. */
const HELD_AT_ONCE = 4;
/** Several in parallel, so that one is proven while another is fetched and released. */
const RELEASED_AT_ONCE = 2;
/** The time from our release of a draft at INVOICE_HOLD_LIMIT to the provider's deadline. */
const TO_DEADLINE_MS = 3_600_000;
/** A time set by an operator differs by more than the provider may round. */
const ROUNDED_MS = 60_000;
const DAY_MS = 86_400_000;

/** An invoice that has changed at the provider. */
export interface ChangedInvoice {
  invoiceId: string;
  customerId: string;
}

/**
 * Holds each draft that bills usage until the provider's totals show all usage: intent, held, proven, released. Each step can
 * be repeated: the provider's state of the invoice decides the next step, so a kill at any point gives the same result. An
 * invoice is never held for longer than INVOICE_HOLD_LIMIT: then it is released as it is, with an alarm. The provider has a
 * deadline, an hour later, at which it finalizes the draft, even when this system is down.
 *
 * Holding does not wait for proof, however many are to be proven: a held draft does not become final.
 */
@Injectable()
export class InvoiceHolds {
  private readonly log: Log;
  private readonly limitMs: number;
  private readonly unproven;
  private holds!: WorkQueue;
  private releases!: WorkQueue;

  constructor(
    private readonly store: InvoiceHoldStore,
    private readonly gateway: InvoiceGateway,
    private readonly mirror: InvoiceMirror,
    private readonly alarms: InvoiceAlarms,
    private readonly usage: UsageSettlement,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly queues: WorkQueues,
    private readonly topics: Topics,
    settings: Settings,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('invoices');
    this.limitMs = settings.get('INVOICE_HOLD_LIMIT');
    this.unproven = metrics.counter(
      'invoices_released_unproven_total',
      'Invoices that went out after INVOICE_HOLD_LIMIT though Stripe did not show all of their usage.',
    );
    metrics.gauge(
      'invoices_held_overdue',
      'Draft invoices that are held past their deadline, at which Stripe makes them final: neither we nor Stripe did.',
      () => this.store.countNotFinal('held', this.limitMs + 2 * TO_DEADLINE_MS),
    );
    metrics.gauge(
      'invoices_not_final',
      'Invoices that were released more than a day ago and are drafts still: not charged.',
      () => this.store.countNotFinal('released', DAY_MS),
    );
    metrics.gauge('invoices_held', 'Draft invoices that wait for their usage to be proven.', () =>
      this.store.pending(),
    );
  }

  onModuleInit(): void {
    const failed = (error: unknown): void =>
      this.log.warn('Holding or releasing drafts failed and will be tried again.', {}, error);
    this.holds = this.queues.open({
      name: HOLDS,
      atOnce: HELD_AT_ONCE,
      takeOne: (found) => this.holdOne(found),
      nextAt: () => this.store.nextIn(['seen']),
      failed,
    });
    this.releases = this.queues.open({
      name: HOLDS,
      atOnce: RELEASED_AT_ONCE,
      takeOne: (found) => this.releaseOne(found),
      nextAt: () => this.store.nextIn(HELD_STATES),
      failed,
    });
  }

  /**
   * Looks up an invoice, in the transaction of the events about its change, and has its draft held when that commits.
   * @param types the provider's names of those events.
   * @throws {BillingUnavailableError} to have the events wait.
   */
  async onInvoiceChanged(
    tx: Sql,
    { invoiceId, customerId }: ChangedInvoice,
    types: readonly string[],
  ): Promise<void> {
    // When this application does not report usage, it cannot be proven: invoices are left alone.
    if (!this.usage.isBound) return;
    const invoice = await this.mirror.look(tx, invoiceId);
    for (const type of types) this.alarms.raise(type, { invoiceId, customerId, invoice });
    if (!invoice?.subscriptionId) return;
    await this.store.recordDraft(tx, invoice);
    await WorkQueues.wake(tx, HOLDS);
  }

  /** Checks what is due now. */
  wake(): void {
    this.holds.wake();
    this.releases.wake();
  }

  /** The transaction holds the row's lock, so no other process handles it. */
  private async holdOne(found: () => void): Promise<boolean> {
    const held = await this.database.slowTransaction(async (tx) => {
      const hold = await this.store.takeSeen(tx);
      if (!hold) return false;
      found();
      await this.runStep(tx, hold, () => this.hold(tx, hold));
      return true;
    });
    // The queue learns when this one may be released.
    if (held) this.releases.wake();
    return held;
  }

  /** Under a lock without a transaction, as a transaction would not stay open as long as a proof may take. */
  private async releaseOne(found: () => void): Promise<boolean> {
    for (const invoiceId of await this.store.dueHeld()) {
      const mine = await this.database.withLock(`invoice:${invoiceId}`, 0, async () => {
        const hold = await this.store.held(invoiceId);
        if (!hold) return;
        found();
        await this.database.run((db) => this.runStep(db, hold, () => this.releaseIfProven(db, hold)));
      });
      if (mine) return true;
    }
    return false;
  }

  private async runStep(tx: Sql, hold: InvoiceHold, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      await this.store.postpone(hold, { tx });
      this.log.warn('A draft invoice could not be held or released yet.', { invoice: hold.invoiceId }, error);
    }
  }

  private async hold(tx: Sql, hold: InvoiceHold): Promise<void> {
    const invoice = await this.gateway.find(hold.invoiceId);
    const ended = endedAs(hold, invoice);
    // A draft that never becomes final automatically lacks usage too: it is completed, and then left.
    if (ended && ended !== 'left') return this.store.end(tx, hold, ended);
    // Otherwise held before a kill.
    if (!ended && invoice?.hold === null) {
      const letGoAt = Math.max(hold.seenAt.getTime() + this.limitMs, hold.releaseAfter.getTime());
      await this.gateway.hold(hold.invoiceId, new Date(letGoAt + TO_DEADLINE_MS));
    }
    await this.store.holding(tx, hold);
  }

  private async releaseIfProven(tx: Sql, hold: InvoiceHold): Promise<void> {
    const { invoiceId, customerId, usedUntil, seenAt } = hold;
    const ended = endedAs(hold, await this.gateway.find(invoiceId));
    if (ended && ended !== 'left') return this.store.end(tx, hold, ended);
    const overdue = this.clock.ms() - seenAt.getTime() >= this.limitMs;
    const proven =
      (await this.isProven(customerId, usedUntil)) && (await this.isComplete(invoiceId, customerId));
    if (!proven && !overdue) return this.store.postpone(hold, { tx });
    if (!ended) await this.gateway.release(invoiceId, this.clock.now());
    await this.database.transaction(async (own) => {
      await this.store.end(own, hold, ended ?? (proven ? 'released' : 'unproven'));
      if (!ended)
        await this.topics.publish(own, INVOICE_RELEASED, { invoiceId, customerId, complete: proven });
    });
    if (proven) return;
    this.unproven.inc();
    this.log.error(
      'An invoice went out though Stripe does not show all of its usage: it was held for INVOICE_HOLD_LIMIT. Run: npm run farebox -- usage reconcile',
      { invoice: invoiceId, customer: customerId },
    );
  }

  /** Adds missing usage at former prices to the draft: as above, a failure makes it wait. */
  private async isComplete(invoiceId: string, customerId: string): Promise<boolean> {
    try {
      // Fetched after the proof: Stripe's lines as of now.
      const draft = await this.database.run((db) => this.mirror.look(db, invoiceId));
      if (draft?.status === 'draft' && draft.subscriptionId !== null)
        await this.usage.complete({ invoiceId, customerId, subscriptionId: draft.subscriptionId });
      return true;
    } catch (error) {
      this.log.warn(
        'A draft invoice could not be compared with what was used yet.',
        { invoice: invoiceId, customer: customerId },
        error,
      );
      return false;
    }
  }

  /** When the check fails, usage counts as not proven; the limit still applies. */
  private async isProven(customerId: string, before: Date): Promise<boolean> {
    try {
      return await this.usage.prove(customerId, before);
    } catch (error) {
      this.log.warn('Usage of an invoice could not be proven yet.', { customer: customerId }, error);
      return false;
    }
  }
}

/** The final state when nothing is left to do for it; `undefined` while it is a draft of ours. */
function endedAs({ state }: InvoiceHold, invoice: Invoice | undefined): HoldState | undefined {
  const wasHeld = HELD_STATES.some((held) => held === state);
  if (invoice?.status !== 'draft') return wasHeld ? 'released' : 'missed';
  const { advances, hold, heldUntil, finalizesAt } = invoice;
  // Released before a kill.
  if (hold === 'released') return 'released';
  if (hold === null && !advances) return 'left';
  if (hold === null) return wasHeld ? 'released' : undefined;
  // Held by a version that stopped drafts from advancing: released manually when it advances.
  if (heldUntil === null) return advances ? 'released' : undefined;
  // An operator stopped it, or set another time, since we held it.
  if (!advances) return 'left';
  const moved = finalizesAt !== null && Math.abs(finalizesAt.getTime() - heldUntil.getTime()) > ROUNDED_MS;
  return moved ? 'released' : undefined;
}
