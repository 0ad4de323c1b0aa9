import { Module } from '@nestjs/common';
import { BillingDiagnostics } from './billing-diagnostics.js';
import { CatalogSync } from './catalog-sync.js';
import { StripeCatalogSync } from './stripe/catalog/stripe-catalog-sync.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeClock } from './stripe/stripe-clock.js';
import { StripeDiagnostics } from './stripe/stripe-diagnostics.js';

/** What the operator's command line uses of billing: it talks to the provider and needs no database. */
@Module({
  providers: [
    StripeClock,
    stripeClientProvider,
    { provide: CatalogSync, useClass: StripeCatalogSync },
    { provide: BillingDiagnostics, useClass: StripeDiagnostics },
  ],
  exports: [CatalogSync, BillingDiagnostics],
})
export class BillingToolsModule {}
