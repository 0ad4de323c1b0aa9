import { Module } from '@nestjs/common';
import { InvoiceGateway } from './invoice-gateway.js';
import { InvoiceHoldStore } from './invoices/invoice-hold-store.js';
import { InvoiceMirror } from './invoices/invoice-mirror.js';
import { LateUsageBilling } from './late-usage-billing.js';
import { MeterInspection } from './meter-inspection.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeClock } from './stripe/stripe-clock.js';
import { StripeMeterInspection } from './stripe/stripe-meter-inspection.js';
import { BilledPrices } from './stripe/invoices/billed-prices.js';
import { StripeInvoiceGateway } from './stripe/invoices/stripe-invoice.gateway.js';
import { StripeLateUsageBilling } from './stripe/invoices/stripe-late-usage-billing.js';
import { StripePace } from './stripe/stripe-pace.js';
import { StripeUsageSink } from './stripe/stripe-usage-sink.js';
import { StripeWrites } from './stripe/stripe-writes.js';
import { UsageSink } from './usage-sink.js';

/** Where usage is told and late usage is billed, by itself: what reports usage from the command line needs no more of billing. */
@Module({
  providers: [
    StripeClock,
    stripeClientProvider,
    StripePace,
    { provide: UsageSink, useClass: StripeUsageSink },
    StripeWrites,
    BilledPrices,
    { provide: InvoiceGateway, useClass: StripeInvoiceGateway },
    InvoiceHoldStore,
    InvoiceMirror,
    { provide: LateUsageBilling, useClass: StripeLateUsageBilling },
    { provide: MeterInspection, useClass: StripeMeterInspection },
  ],
  exports: [UsageSink, LateUsageBilling, MeterInspection, InvoiceMirror],
})
export class UsageSinkModule {}
