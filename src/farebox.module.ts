import {
  Catch,
  ConfigurableModuleBuilder,
  type DynamicModule,
  type ExceptionFilter,
  type FactoryProvider,
  Module,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { BillingProviderModule } from './billing-provider.js';
import { CatalogModule } from './catalog/index.js';
import { FareboxListeners } from './farebox-events.js';
import { type FareboxOptions, settingsOf } from './farebox-options.js';
import { AccountsModule } from './modules/accounts/index.js';
import { AdminModule } from './modules/admin/index.js';
import { AnalyticsModule } from './modules/analytics/index.js';
import { AuthModule } from './modules/auth/index.js';
import { BillingModule } from './modules/billing/index.js';
import { CheckoutModule } from './modules/checkout/index.js';
import { LedgerModule } from './modules/ledger/index.js';
import { MetersModule } from './modules/meters/index.js';
import { PortalModule } from './modules/portal/index.js';
import { RegistrationModule } from './modules/registration/index.js';
import { SubscriptionsModule } from './modules/subscriptions/index.js';
import { UsageModule } from './modules/usage/index.js';
import { ConfigModule } from './platform/config/config.module.js';
import { Settings } from './platform/config/settings.js';
import { HOST_POOL } from './platform/database/database-source.js';
import { HttpModule } from './platform/http/http.module.js';
import { ProblemDetailsFilter } from './platform/http/problem-details.filter.js';
import { OwnRoutes, ROUTES } from './platform/http/own-routes.js';
import { PrincipalResolver } from './platform/identity/principal-resolver.js';
import { LOGGER } from './platform/logging/logging.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { PortOverridesModule } from './platform/ports/port.js';

/** What is known before the options are, and said beside them, in `forRootAsync` as well. */
export interface FareboxExtras {
  /** Whether `@Monetized()` and the providers of Farebox can be used in every module. True by default. */
  isGlobal?: boolean;
  /** Other classes for our ports: `{ provide: Mailer, useClass: MyMailer }`. What they need comes from `imports`. */
  overrides?: readonly Exclude<Provider, Type>[];
  /** The billing provider in place of Stripe: a module that serves the ports of billing. */
  billing?: Type | DynamicModule;
}

const OPTIONS = Symbol('farebox.options');

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<FareboxOptions>({
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras<FareboxExtras>(
    { isGlobal: true, overrides: [], billing: BillingProviderModule },
    (definition, extras) => ({
      module: definition.module,
      global: extras.isGlobal ?? true,
      imports: importsOf(definition, extras),
      providers: [
        OwnRoutes,
        FareboxListeners,
        {
          provide: ROUTES,
          useFactory: ({ routes = {} }: FareboxOptions) => routes,
          inject: [OPTIONS],
        },
        {
          provide: APP_FILTER,
          useFactory: ({ http }: FareboxOptions, filter: ProblemDetailsFilter) =>
            http?.errors === 'problem+json' ? filter : new NoFilter(),
          inject: [OPTIONS, ProblemDetailsFilter],
        },
      ],
      exports: [
        HttpModule,
        AccountsModule,
        AuthModule,
        AnalyticsModule,
        LedgerModule,
        RegistrationModule,
        UsageModule,
      ],
    }),
  )
  .build();

/** Never matches: an error goes on to the filters of the application around us. */
@Catch(class NeverThrown extends Error {})
class NoFilter implements ExceptionFilter {
  catch(): void {}
}

/** By the option, unless `overrides` has a class: the last provider of a token counts. */
const principals: FactoryProvider = {
  provide: PrincipalResolver,
  useFactory: ({ principal }: FareboxOptions): PrincipalResolver | undefined =>
    principal && { resolve: principal as PrincipalResolver['resolve'] },
  inject: [OPTIONS],
};

function importsOf(
  { imports = [], providers = [] }: ModuleMetadata,
  { overrides = [], billing = BillingProviderModule }: FareboxExtras,
): NonNullable<ModuleMetadata['imports']> {
  const config = ConfigModule.of(
    { provide: Settings, useFactory: settingsOf, inject: [OPTIONS] },
    {
      imports,
      providers: [
        ...providers,
        { provide: LOGGER, useFactory: ({ logger }: FareboxOptions) => logger, inject: [OPTIONS] },
        {
          provide: HOST_POOL,
          useFactory: ({ database }: FareboxOptions) => database?.pool,
          inject: [OPTIONS],
        },
      ],
    },
  );
  return [
    DiscoveryModule,
    PlatformModule.as(undefined, config),
    HttpModule,
    CatalogModule,
    AccountsModule,
    AuthModule,
    SubscriptionsModule,
    BillingModule,
    billing,
    AnalyticsModule,
    LedgerModule,
    MetersModule,
    UsageModule,
    RegistrationModule,
    CheckoutModule,
    PortalModule,
    AdminModule,
    PortOverridesModule.of([principals, ...overrides], imports),
  ];
}

/**
 * Farebox in a Nest application: registration, accounts, the ledger, `@Monetized()`, and what reports to Stripe and Moesif.
 * It guards, validates and answers its own routes and the paid ones, and leaves everything else of the application alone.
 */
@Module({})
export class FareboxModule extends ConfigurableModuleClass {}
