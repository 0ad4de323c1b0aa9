import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { useSandboxSettings } from '../platform/config/read-environment.js';
import { translateDatabaseError } from '../platform/database/database-errors.js';
import { describeDatabaseProblem } from '../platform/database/database-problem.js';
import { DatabaseStartup } from '../platform/database/database-startup.js';
import { StartRefusedError } from '../platform/database/start-refused.error.js';
import { PlatformModule } from '../platform/platform.module.js';

/**
 * Modules of the application in the role `cli`: without server and background work, the database not open yet.
 * @throws {SettingsError} {CatalogError}
 */
async function openContext(imports: Type[]): Promise<INestApplicationContext> {
  useSandboxSettings();
  @Module({ imports: [PlatformModule.as('cli'), ...imports] })
  class CommandModule {}
  return NestFactory.createApplicationContext(CommandModule, {
    // Failures are printed once, by the command.
    logger: false,
    abortOnError: false,
  });
}

/**
 * Runs a command that needs no data of ours.
 * @throws {SettingsError} {CatalogError}
 */
export async function withTools(
  work: (tools: INestApplicationContext) => Promise<void>,
  more: readonly Type[] = [],
): Promise<void> {
  // Loaded here: commands on the data need not wait for the vendors' SDKs.
  const [{ CatalogModule }, { BillingProviderModule }, { AnalyticsModule }] = await Promise.all([
    import('../catalog/index.js'),
    import('../billing-provider.js'),
    import('../modules/analytics/index.js'),
  ]);
  const context = await openContext([CatalogModule, BillingProviderModule, AnalyticsModule, ...more]);
  try {
    await work(context);
  } finally {
    await context.close();
  }
}

/**
 * Runs a command that works on the data: beside the application, on its database.
 * @throws when the database cannot be opened.
 */
export async function withDatabase(
  modules: Type[],
  work: (context: INestApplicationContext) => Promise<void>,
): Promise<void> {
  const context = await openContext(modules);
  try {
    await reaching(() => context.get(DatabaseStartup).openForCommand());
    await work(context);
  } finally {
    await context.close();
  }
}

/** Runs `work`, which opens the database, and describes its failures to the operator. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartRefusedError) throw error;
    const problem = describeDatabaseProblem(error);
    throw problem ? new StartRefusedError(problem.message, { cause: error }) : translateDatabaseError(error);
  }
}
