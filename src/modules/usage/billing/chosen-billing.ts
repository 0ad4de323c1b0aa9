import type { FactoryProvider, Type } from '@nestjs/common';
import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Settings } from '../../../platform/config/settings.js';
import { Role } from '../../../platform/lifecycle/role.js';
import { InvoiceItemBilling } from './invoice-item-billing.js';
import { MeterTotals } from '../meter-events/index.js';
import { MeterEventBilling } from './meter-event-billing.js';
import { MoesifBilling } from '../moesif/moesif-billing.js';
import { NoMeterTotals, ProviderTotals } from './provider-totals.js';
import { type ReporterName, UsageBilling } from './usage-billing.js';

const WAYS: Readonly<Record<ReporterName, Type<UsageBilling>>> = {
  stripe: MeterEventBilling,
  invoice: InvoiceItemBilling,
  moesif: MoesifBilling,
};

const TOTALS: Readonly<Record<ReporterName, Type<ProviderTotals>>> = {
  stripe: MeterTotals,
  invoice: NoMeterTotals,
  moesif: MeterTotals,
};

/** With the next, the only place that reads USAGE_REPORTER; only what it chooses is created. */
export const CHOSEN_BILLING: FactoryProvider<UsageBilling> = {
  provide: UsageBilling,
  inject: [Settings, ModuleRef],
  useFactory: (settings: Settings, modules: ModuleRef) =>
    modules.create(WAYS[settings.get('USAGE_REPORTER')]),
};

/** Apart from the chosen way, which depends on what compares. */
export const CHOSEN_TOTALS: FactoryProvider<ProviderTotals> = {
  provide: ProviderTotals,
  inject: [Settings, ModuleRef],
  useFactory: (settings: Settings, modules: ModuleRef) =>
    modules.create(TOTALS[settings.get('USAGE_REPORTER')]),
};

/** Starts the chosen way with the other providers. */
@Injectable()
export class UsageBillingStart implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly billing: UsageBilling,
    private readonly role: Role,
  ) {}

  onModuleInit(): void {
    this.billing.start();
  }

  onApplicationBootstrap(): void {
    if (this.role.runs('everywhere')) this.billing.announce();
  }
}
