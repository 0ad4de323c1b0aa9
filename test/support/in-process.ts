import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, type INestApplicationContext, Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { APPLICATION_GLOBALS } from '../../src/application-globals.js';
import { configureApp, createAdapter } from '../../src/configure-app.js';
import { CatalogModule } from '../../src/catalog/index.js';
import { AccountsModule, AccountsService, AccountView } from '../../src/modules/accounts/index.js';
import { AnalyticsModule } from '../../src/modules/analytics/index.js';
import { AuthModule, TokenService } from '../../src/modules/auth/index.js';
import { LedgerModule } from '../../src/modules/ledger/index.js';
import { BillingProviderModule } from '../../src/billing-provider.js';
import { MetersModule } from '../../src/modules/meters/index.js';
import { UsageModule } from '../../src/modules/usage/index.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { parseSettings, Settings } from '../../src/platform/config/settings.js';
import { Database } from '../../src/platform/database/database.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { HealthModule } from '../../src/platform/health/health.module.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { newId } from '../../src/platform/ids/ids.js';
import { JobsModule } from '../../src/platform/jobs/jobs.module.js';
import { LifecycleModule } from '../../src/platform/lifecycle/lifecycle.module.js';
import { LoggingModule } from '../../src/platform/logging/logging.module.js';
import { MetricsModule } from '../../src/platform/metrics/metrics.module.js';
import { TopicsModule } from '../../src/platform/topics/topics.module.js';
import { TOKEN_SECRET } from './farebox.js';
import { createTestDatabase, withTables } from './postgres.js';
import { until } from './processes.js';

/** The application's own modules around controllers of a test, in this process, on a database of its own. */
export interface InProcess {
  url: string;
  app: NestFastifyApplication;
  databaseUrl: string;
  /** Runs SQL behind the application's back. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Writes an account down and issues a token for it. */
  newCustomer(): Promise<{ token: string; customerId: string }>;
  /** Issues a token of that customer for one of its users. */
  endUserToken(customerId: string, user: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * @param settings override or, with '', unset the defaults.
 * @param modules of the test, beside the application's own.
 * @param adapter the HTTP adapter of the application.
 */
export async function startInProcess(
  controllers: Type[],
  settings: Readonly<Record<string, string>> = {},
  providers: Provider[] = [],
  modules: Type[] = [],
  adapter: AdapterName = 'fastify',
): Promise<InProcess> {
  const home = mkdtempSync(join(tmpdir(), 'farebox-test-'));
  const database = await createTestDatabase();
  const values = parseSettings({
    STRIPE_KEY: 'sk_test_of_the_tests',
    // Nobody is there: what is tested here needs no Stripe.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    TOKEN_SECRET,
    DATABASE_URL: database.url,
    FAREBOX_HOME: home,
    LOG_LEVEL: 'silent',
    ...settings,
  });
  const app = await createOn(adapter, moduleOf(controllers, providers, modules, values), values);
  await app.listen(0, '127.0.0.1');
  // It starts without its database, where that takes longer than its patience.
  await until(async () => (await fetch(`${await app.getUrl()}/health/ready`)).ok);
  const sql = new pg.Pool({ connectionString: withTables(database.url), max: 2 });
  // Its end does not wait until the server knows of it, and dropping the database then ends connections by force.
  sql.on('error', () => undefined);
  return {
    url: await app.getUrl(),
    app,
    databaseUrl: database.url,
    query: async (text, parameters = []) => (await sql.query<Record<string, unknown>>(text, parameters)).rows,
    newCustomer: () => newCustomer(app),
    endUserToken: (customerId, user) => endUserToken(app, customerId, user),
    stop: async () => {
      await app.close();
      await sql.end();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export type AdapterName = 'fastify' | 'express';

/** As the reference application on Fastify; on Express as an application of others, with the parsers that Nest gives it. */
async function createOn(
  adapter: AdapterName,
  module: Type,
  settings: Settings,
): Promise<NestFastifyApplication> {
  const quiet = { logger: false, abortOnError: false } as const;
  if (adapter === 'express')
    return NestFactory.create<NestFastifyApplication>(module, new ExpressAdapter(), quiet);
  const options = { ...quiet, bodyParser: false };
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(settings), options);
  await configureApp(app, settings);
  return app;
}

function moduleOf(controllers: Type[], providers: Provider[], modules: Type[], settings: Settings): Type {
  @Global()
  @Module({ providers: [{ provide: Settings, useValue: settings }], exports: [Settings] })
  class TestSettingsModule {}

  @Module({
    imports: [
      TestSettingsModule,
      ClockModule,
      LoggingModule,
      LifecycleModule.as(),
      DatabaseModule,
      JobsModule,
      TopicsModule,
      MetricsModule,
      HealthModule,
      HttpModule,
      CatalogModule,
      AccountsModule,
      AuthModule,
      AnalyticsModule,
      LedgerModule,
      MetersModule,
      UsageModule,
      BillingProviderModule,
      ...modules,
    ],
    controllers,
    providers: [...APPLICATION_GLOBALS, ...providers],
  })
  class TestModule {}
  return TestModule;
}

/** Writes an account down and issues a token for it. */
export async function newCustomer(
  app: INestApplicationContext,
): Promise<{ token: string; customerId: string }> {
  const accountId = newId();
  const customerId = `cus_${accountId.replaceAll('-', '')}`;
  const now = new Date();
  const tokens = app.get(TokenService, { strict: false });
  const claims = await app.get(Database, { strict: false }).transaction(async (tx) => {
    await app.get(AccountsService, { strict: false }).create(tx, {
      accountId,
      customerId,
      subscriptionId: `sub_${accountId}`,
      email: `${accountId}@example.com`,
      firstname: 'Ada',
      lastname: 'Lovelace',
      status: 'active',
      plan: 'standard',
      periodStart: now,
      periodEnd: new Date(now.getTime() + 30 * 86_400_000),
      pastDueSince: null,
      createdAt: now,
    });
    return tokens.issue(tx, { accountId, customerId, name: 'test' });
  });
  return { token: tokens.sign(claims), customerId };
}

async function endUserToken(app: NestFastifyApplication, customerId: string, user: string): Promise<string> {
  const account = await app.get(AccountView, { strict: false }).get(customerId);
  if (!account) throw new Error(`no account has the customer ${customerId}`);
  const tokens = app.get(TokenService, { strict: false });
  const claims = await app
    .get(Database, { strict: false })
    .transaction((tx) =>
      tokens.issue(tx, { accountId: account.accountId, customerId, user, name: `test of ${user}` }),
    );
  return tokens.sign(claims);
}
