import { Module } from '@nestjs/common';
import { BillingDiagnostics } from './billing-diagnostics.js';
import { CatalogueSync } from './catalogue-sync.js';
import { StripeCatalogueSync } from './stripe/catalogue/stripe-catalogue-sync.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeClock } from './stripe/stripe-clock.js';
import { StripeDiagnostics } from './stripe/stripe-diagnostics.js';

/** What the operator's command line uses of billing: it talks to the provider and needs no database. */
@Module({
  providers: [
    StripeClock,
    stripeClientProvider,
    { provide: CatalogueSync, useClass: StripeCatalogueSync },
    { provide: BillingDiagnostics, useClass: StripeDiagnostics },
  ],
  exports: [CatalogueSync, BillingDiagnostics],
})
export class BillingToolsModule {}
