import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Topics } from '../../../platform/topics/topics.js';
import { InvoiceAlarms, type PaymentReturned } from './invoice-alarms.js';
import { type ChangedInvoice, InvoiceHolds } from './invoice-holds.js';

/**
 * Handles invoice messages that processes of the previous release publish on former topics. Remove it in the release
 * after this one, with `Topics.drain`.
 */
@Injectable()
export class FormerInvoiceTopics implements OnModuleInit {
  constructor(
    private readonly topics: Topics,
    private readonly holds: InvoiceHolds,
    private readonly alarms: InvoiceAlarms,
  ) {}

  onModuleInit(): void {
    this.topics.drain<ChangedInvoice & { type: string }>(
      'billing.invoice-holds',
      ({ type, ...invoice }, tx) => this.holds.onInvoiceChanged(tx, invoice, [type]),
    );
    this.topics.drain<PaymentReturned>('billing.payment-returns', (returned, tx) =>
      this.alarms.onPaymentReturned(tx, returned),
    );
  }
}
