import { Injectable } from '@nestjs/common';
import { and, eq, gt, isNotNull } from 'drizzle-orm';
import { Database, type Sql } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { UsageSettlement } from '../../subscriptions/index.js';
import type { Invoice } from '../ports/invoice-gateway.js';
import { InvoiceMirror } from './invoice-mirror.js';
import { mirroredInvoices } from './invoice-mirror.tables.js';

/** The operator's log line for an event: `error` when money is lost unless the operator acts. */
const NEWS: Readonly<Record<string, { level: 'info' | 'warn' | 'error'; text: string }>> = {
  'invoice.finalization_failed': {
    level: 'error',
    text: 'Stripe could not make an invoice final: it stays a draft, and is not charged. Mend what Stripe names in its dashboard, and finalize it there.',
  },
  'invoice.voided': {
    level: 'warn',
    text: 'An invoice was voided. What it billed is on no invoice: "usage reconcile" shows its usage as uninvoiced.',
  },
  'invoice.deleted': {
    level: 'warn',
    text: 'A draft invoice was deleted. "usage reconcile" shows its usage as uninvoiced.',
  },
  'invoice.marked_uncollectible': {
    level: 'warn',
    text: 'An invoice was marked as uncollectible: Stripe does not collect it any more.',
  },
  'invoice.overdue': { level: 'warn', text: 'An invoice is overdue.' },
  'charge.refunded': { level: 'info', text: 'A payment of an invoice was refunded.' },
  'charge.dispute.created': {
    level: 'error',
    text: 'The payment of an invoice is disputed: answer it in the dashboard of Stripe before its deadline.',
  },
  'charge.dispute.closed': { level: 'warn', text: 'The dispute of an invoice was closed.' },
  'credit_note.created': { level: 'info', text: 'A credit note was issued for an invoice.' },
  'credit_note.voided': {
    level: 'info',
    text: 'A credit note of an invoice was voided: what it took off is due again.',
  },
};

/** An event of a refund, a dispute or a credit note. */
export interface PaymentReturned {
  objectId: string;
  /** The provider's name of the event. */
  type: string;
}

/** Logs what happens to invoices after they were created, and counts what costs money. */
@Injectable()
export class InvoiceAlarms {
  private readonly log: Log;
  private readonly events;

  constructor(
    private readonly mirror: InvoiceMirror,
    private readonly usage: UsageSettlement,
    private readonly database: Database,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('invoices');
    this.events = metrics.counter(
      'invoice_events_total',
      'Events of invoices and their payments that an operator may want to know of, by type.',
      ['type'],
    );
    metrics.gauge(
      'invoices_finalization_failed',
      'Draft invoices that Stripe could not make final: they are not charged.',
      () =>
        this.count(and(eq(mirroredInvoices.status, 'draft'), isNotNull(mirroredInvoices.finalizationError))),
    );
    metrics.gauge(
      'invoices_disputed',
      'Invoices whose payment is disputed now, or was lost in a dispute.',
      () => this.count(gt(mirroredInvoices.amountDisputed, 0n)),
    );
  }

  /**
   * Looks up a refund, dispute or credit note, in the transaction of its event.
   * @throws {BillingUnavailableError} to have the event wait.
   */
  async onPaymentReturned(tx: Sql, { objectId, type }: PaymentReturned): Promise<void> {
    if (!this.usage.isBound) return;
    const invoice = await this.mirror.lookAtReturn(tx, type, objectId);
    if (invoice) this.raise(type, { invoiceId: invoice.id, customerId: invoice.customerId, invoice });
  }

  /** @param type of the event; most need no operator's attention. */
  raise(
    type: string,
    {
      invoiceId,
      customerId,
      invoice,
    }: { invoiceId: string; customerId: string; invoice: Invoice | undefined },
  ): void {
    const news = NEWS[type];
    if (!news) return;
    this.events.inc({ type });
    const reason = invoice?.finalizationError;
    this.log[news.level](news.text, {
      invoice: invoiceId,
      customer: customerId,
      ...(reason ? { reason } : {}),
    });
  }

  private async count(condition: ReturnType<typeof and>): Promise<number> {
    return this.database.run((db) => db.$count(mirroredInvoices, condition));
  }
}
