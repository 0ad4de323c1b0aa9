import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { SubscriptionsModule } from '../subscriptions/index.js';
import { DraftSearch } from './invoices/draft-search.js';
import { FormerInvoiceTopics } from './invoices/former-invoice-topics.js';
import { InvoiceAlarms } from './invoices/invoice-alarms.js';
import { InvoiceHoldStore } from './invoices/invoice-hold-store.js';
import { InvoiceHolds } from './invoices/invoice-holds.js';
import { InvoiceMirror } from './invoices/invoice-mirror.js';
import { RequestBudget } from './request-budget.js';
import { TrialUses } from './trials/trial-uses.js';
import { WebhookApplier } from './webhooks/webhook-applier.js';
import { WebhookEvents } from './webhooks/webhook-events.js';
import { WebhookInbox } from './webhooks/webhook-inbox.js';

/**
 * Invoices, trials and the inbox of webhook events, the same for every provider. The provider's own module serves the
 * ports (`ports/`), and is imported beside this one.
 */
@Module({
  imports: [AccountsModule, SubscriptionsModule],
  providers: [
    TrialUses,
    InvoiceHoldStore,
    InvoiceMirror,
    InvoiceAlarms,
    InvoiceHolds,
    FormerInvoiceTopics,
    DraftSearch,
    RequestBudget,
    WebhookInbox,
    { provide: WebhookEvents, useExisting: WebhookInbox },
    WebhookApplier,
  ],
  exports: [
    SubscriptionsModule,
    InvoiceMirror,
    InvoiceAlarms,
    InvoiceHolds,
    RequestBudget,
    TrialUses,
    WebhookEvents,
    WebhookInbox,
  ],
})
export class BillingModule {}
