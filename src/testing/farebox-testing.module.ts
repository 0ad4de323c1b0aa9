import { setTimeout as delay } from 'node:timers/promises';
import {
  type DynamicModule,
  Global,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Catalog } from '../catalog/index.js';
import { type FareboxExtras, FareboxModule } from '../farebox.module.js';
import type { FareboxOptions } from '../farebox-options.js';
import { CatalogSync } from '../modules/billing/ports/catalog-sync.js';
import { type AccountOrder, FareboxAccounts, type OpenedAccount } from '../modules/registration/index.js';
import { UsageReconciliation, UsageReporter } from '../modules/usage/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { newId } from '../platform/ids/ids.js';
import { Surroundings } from './surroundings.js';
import type { TestingClock } from './testing-clock.js';

/** Those of `FareboxModule`; all that is left out is made for the test: keys, emulators, a database. */
export type FareboxTestingOptions = Partial<FareboxOptions> & FareboxExtras;

const PATIENCE_MS = 60_000;

@Global()
@Module({
  providers: [{ provide: Surroundings, useFactory: () => Surroundings.start() }],
  exports: [Surroundings],
})
class SurroundingsModule {}

/** What a test does and looks at beside its application. */
@Injectable()
export class FareboxTesting implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly surroundings: Surroundings,
    private readonly catalog: Catalog,
    private readonly sync: CatalogSync,
    private readonly accounts: FareboxAccounts,
    private readonly reporter: UsageReporter,
    private readonly reconciliation: UsageReconciliation,
    private readonly database: Database,
  ) {}

  /** The time of Farebox and of the emulators. */
  get clock(): TestingClock {
    return this.surroundings.clock;
  }

  /** The address of Stripe's emulator: its API, and `/_sandbox` to make it fail. */
  get stripeUrl(): string {
    return this.surroundings.stripe.url;
  }

  get moesifUrl(): string {
    return this.surroundings.moesif.url;
  }

  /** Opens an account, and makes an access token of it. What the order leaves out is made up. */
  async openAccount(order: Partial<AccountOrder> = {}): Promise<OpenedAccount & { token: string }> {
    await this.untilOpen();
    const externalId = order.externalId ?? newId();
    const person = { email: `${externalId}@example.com`, firstname: 'Ada', lastname: 'Lovelace' };
    const account = await this.accounts.open({ ...person, ...order, externalId });
    return { ...account, token: await this.accounts.issueToken(externalId, { name: 'test' }) };
  }

  /**
   * Reports the usage of all calls so far to Stripe's emulator, and compares.
   * @returns for each customer and meter: what the ledger counted, what Stripe shows, and `verdict`, which is `equal` when
   * all is well.
   */
  async settle() {
    await this.untilOpen();
    await this.reporter.report({ waitMs: PATIENCE_MS });
    return (await this.reconciliation.reconcile({}, PATIENCE_MS)) ?? [];
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.sync.apply(this.catalog, { migrate: false });
  }

  /** An application starts without its database, where that takes longer than its patience. */
  private async untilOpen(): Promise<void> {
    for (const since = Date.now(); !this.database.isOpen; await delay(20))
      if (Date.now() - since > PATIENCE_MS) throw new Error('the database did not open within a minute');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.surroundings.stop();
  }
}

/**
 * `FareboxModule` for `Test.createTestingModule`, without keys and network: emulators of Stripe and Moesif, an embedded
 * PostgreSQL, the catalog applied, and a clock that the test moves. `moduleRef.get(FareboxTesting)` is its handle.
 */
@Module({})
export class FareboxTestingModule {
  static forRoot({
    isGlobal,
    overrides = [],
    billing,
    ...options
  }: FareboxTestingOptions = {}): DynamicModule {
    return {
      module: FareboxTestingModule,
      global: true,
      imports: [
        SurroundingsModule,
        FareboxModule.forRootAsync({
          inject: [Surroundings],
          useFactory: (surroundings: Surroundings) => surroundings.optionsFor(options),
          overrides: [
            { provide: Clock, useFactory: ({ clock }: Surroundings) => clock, inject: [Surroundings] },
            ...overrides,
          ],
          ...(isGlobal === undefined ? {} : { isGlobal }),
          ...(billing === undefined ? {} : { billing }),
        }),
      ],
      providers: [FareboxTesting],
      exports: [FareboxTesting],
    };
  }
}
