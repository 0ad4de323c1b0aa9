import { Module } from '@nestjs/common';
import { APPLICATION_GLOBALS } from './application-globals.js';
import { BillingProviderModule } from './billing-provider.js';
import { CatalogModule } from './catalog/index.js';
import { AccountsModule } from './modules/accounts/index.js';
import { AdminModule } from './modules/admin/index.js';
import { AnalyticsModule } from './modules/analytics/index.js';
import { AuthModule } from './modules/auth/index.js';
import { BillingModule } from './modules/billing/index.js';
import { CheckoutModule } from './modules/checkout/index.js';
import { LedgerModule } from './modules/ledger/index.js';
import { MetersModule } from './modules/meters/index.js';
import { UsageModule } from './modules/usage/index.js';
import { MonetizedApiModule } from './modules/monetized-api/index.js';
import { PortalModule } from './modules/portal/index.js';
import { RegistrationModule } from './modules/registration/index.js';
import { SubscriptionsModule } from './modules/subscriptions/index.js';
import { HttpModule } from './platform/http/http.module.js';
import { PlatformModule } from './platform/platform.module.js';

@Module({
  imports: [
    PlatformModule.as(),
    HttpModule,
    CatalogModule,
    AccountsModule,
    AuthModule,
    SubscriptionsModule,
    BillingModule,
    BillingProviderModule,
    AnalyticsModule,
    LedgerModule,
    MetersModule,
    UsageModule,
    RegistrationModule,
    CheckoutModule,
    PortalModule,
    AdminModule,
    MonetizedApiModule,
  ],
  providers: APPLICATION_GLOBALS,
})
export class AppModule {}
