import { Module } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { HttpModule } from '../../platform/http/http.module.js';
import { AccountsModule } from '../accounts/index.js';
import { AnalyticsModule } from '../analytics/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { SubscriptionsModule } from '../subscriptions/index.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { LedgerModule } from '../ledger/index.js';
import { MetersModule } from '../meters/index.js';
import { UsageModule } from '../usage/index.js';
import { AccountCallsController } from './account-calls.controller.js';
import { AccountInvoicesController } from './account-invoices.controller.js';
import { AccountInvoicesService } from './account-invoices.service.js';
import { AccountTokensController } from './account-tokens.controller.js';
import { AccountTokensService } from './account-tokens.service.js';
import { AccountUsageController } from './account-usage.controller.js';
import { BillingPortalController } from './billing-portal.controller.js';
import { InvoicePreviewService } from './invoice-preview.service.js';
import { ProviderReads } from './provider-reads.js';
import { CallExports } from './call-exports.js';
import { LiveCalls } from './live-calls.js';
import { CardReminderMails, DASHBOARD_URL } from './card-reminders/card-reminder-mails.js';
import { CardReminders } from './card-reminders/card-reminders.js';
import { PlansController } from './plans.controller.js';
import { PagesModule } from './pages/pages.module.js';

/** The consumer's side: the pages, and the routes under `/account` for their own data. */
@Module({
  imports: [
    HttpModule,
    PagesModule,
    AccountsModule,
    AnalyticsModule,
    AuthModule,
    SubscriptionsModule,
    BillingModule,
    LedgerModule,
    MetersModule,
    UsageModule,
  ],
  controllers: [
    PlansController,
    AccountController,
    AccountTokensController,
    AccountCallsController,
    AccountInvoicesController,
    AccountUsageController,
    BillingPortalController,
  ],
  providers: [
    AccountService,
    AccountTokensService,
    AccountInvoicesService,
    InvoicePreviewService,
    ProviderReads,
    LiveCalls,
    CallExports,
    {
      provide: DASHBOARD_URL,
      useFactory: ({ origin }: Settings) => `${origin}/dashboard`,
      inject: [Settings],
    },
    CardReminders,
    CardReminderMails,
  ],
})
export class PortalModule {}
