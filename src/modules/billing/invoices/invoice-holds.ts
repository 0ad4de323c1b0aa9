import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { Topics } from '../../../platform/topics/topics.js';
import { type Invoice, InvoiceGateway } from '../invoice-gateway.js';
import { INVOICE_CHANGED } from '../invoice-topic.js';
import { UsageSettlement } from '../usage-settlement.js';
import { type InvoiceHold, InvoiceHoldStore } from './invoice-hold-store.js';

const JOB = 'billing.invoice-holds';

/**
 * Holds each draft that bills use until the provider shows all that was used: intent, held, proven, released. Each step
 * can be made again: what the provider says the invoice is decides what is next, so a kill anywhere ends the same. An
 * invoice is never held for longer than INVOICE_HOLD_LIMIT: then it goes out as it is, and an alarm says so.
 */
@Injectable()
export class InvoiceHolds implements OnModuleInit {
  private readonly log: Log;
  private readonly limitMs: number;
  private readonly unproven;

  constructor(
    private readonly store: InvoiceHoldStore,
    private readonly gateway: InvoiceGateway,
    private readonly usage: UsageSettlement,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly topics: Topics,
    jobs: Jobs,
    sweep: Sweep,
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
    metrics.gauge('invoices_held', 'Draft invoices that wait for their usage to be proven.', () =>
      this.store.countOpen(),
    );
    jobs.register(JOB, () => this.holdDue());
    sweep.register(JOB, () => this.holdDue());
  }

  onModuleInit(): void {
    this.topics.subscribe(INVOICE_CHANGED, JOB, async ({ invoiceId }, sql) => {
      // Who does not tell usage cannot prove it: then invoices are nobody's business here.
      if (!this.usage.isBound) return;
      const invoice = await this.gateway.find(invoiceId);
      if (!invoice?.subscriptionId) return;
      await this.store.see(sql, invoice);
      await Jobs.wake(sql, JOB);
    });
  }

  private async holdDue(): Promise<void> {
    for (const invoiceId of await this.store.due()) {
      const mine = await this.database.withLock(`invoice:${invoiceId}`, 0, () => this.attend(invoiceId));
      // Another process has it: it writes down when to look again.
      if (!mine) continue;
    }
    const next = await this.store.nextAt();
    if (next) await this.database.run((sql) => Jobs.wakeAt(sql, JOB, next));
  }

  private async attend(invoiceId: string): Promise<void> {
    const hold = await this.store.open(invoiceId);
    if (!hold) return;
    try {
      await this.step(hold, await this.gateway.find(invoiceId));
    } catch (error) {
      await this.store.postpone(hold);
      this.log.warn('A draft invoice could not be held or released yet.', { invoice: invoiceId }, error);
    }
  }

  private async step(hold: InvoiceHold, invoice: Invoice | undefined): Promise<void> {
    const { invoiceId } = hold;
    if (!invoice || invoice.status !== 'draft')
      return this.store.end(invoiceId, hold.state === 'held' ? 'released' : 'missed');
    const { advances, hold: mark } = invoice;
    // Released before a kill, or by hand after we held it.
    if (mark === 'released' || (mark === 'held' && advances)) return this.store.end(invoiceId, 'released');
    if (mark === null && !advances) return this.store.end(invoiceId, 'left');
    if (mark === null) await this.gateway.hold(invoiceId);
    if (hold.state === 'seen') await this.store.holding(invoiceId);
    await this.releaseIfProven(hold);
  }

  private async releaseIfProven(hold: InvoiceHold): Promise<void> {
    const { invoiceId, customerId, usedUntil, seenAt, releaseAfter } = hold;
    const overdue = this.clock.ms() - seenAt.getTime() >= this.limitMs;
    const proven = await this.isProven(customerId, usedUntil);
    if (proven && this.clock.now() >= releaseAfter) {
      await this.gateway.release(invoiceId);
      return this.store.end(invoiceId, 'released');
    }
    if (proven) return this.store.postpone(hold, releaseAfter);
    if (!overdue) return this.store.postpone(hold);
    await this.gateway.release(invoiceId);
    await this.store.end(invoiceId, 'unproven');
    this.unproven.inc();
    this.log.error(
      'An invoice went out though Stripe does not show all of its usage: it was held for INVOICE_HOLD_LIMIT. Run: npm run farebox -- usage reconcile',
      { invoice: invoiceId, customer: customerId },
    );
  }

  /** What cannot be looked at is not proven; the limit holds all the same. */
  private async isProven(customerId: string, before: Date): Promise<boolean> {
    try {
      return await this.usage.prove(customerId, before);
    } catch (error) {
      this.log.warn('Usage of an invoice could not be proven yet.', { customer: customerId }, error);
      return false;
    }
  }
}
