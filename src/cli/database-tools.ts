import { resolve } from 'node:path';
import { Global, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pino from 'pino';
import { ClockModule } from '../platform/clock/clock.module.js';
import { ConfigModule } from '../platform/config/config.module.js';
import { useSandboxSettings } from '../platform/config/read-environment.js';
import { Settings } from '../platform/config/settings.js';
import { checkServer } from '../platform/database/check-server.js';
import type { DatabaseAddress } from '../platform/database/connections.js';
import { Database } from '../platform/database/database.js';
import { translateDatabaseError } from '../platform/database/database-errors.js';
import { describeDatabaseProblem } from '../platform/database/database-problem.js';
import { ensureEmbeddedPostgres } from '../platform/database/embedded-postgres.js';
import { migrateDatabase } from '../platform/database/migrate.js';
import { StartRefusedError } from '../platform/database/start-refused.error.js';
import { LifecycleModule } from '../platform/lifecycle/lifecycle.module.js';
import { Log } from '../platform/logging/logger.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';

/** Standard output belongs to the command. */
const logToStderr = Log.create('warn', pino.destination(2));

async function openDatabase(settings: Settings): Promise<Database> {
  const address = await addressOf(settings);
  await reaching(async () => {
    await checkServer(address);
    await migrateDatabase(address.sessions ?? address.connectionString);
  });
  const database = new Database(logToStderr);
  database.open({ ...address, poolSize: 2 });
  return database;
}

/** Does `work`, which reaches for the database by itself, and words its failures for the operator. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartRefusedError) throw error;
    const problem = describeDatabaseProblem(error);
    throw problem ? new StartRefusedError(problem.message, { cause: error }) : translateDatabaseError(error);
  }
}

export async function addressOf(settings: Settings): Promise<DatabaseAddress> {
  const connectionString = settings.get('DATABASE_URL');
  if (connectionString !== undefined)
    return { connectionString, sessions: settings.get('DATABASE_LISTEN_URL') };
  const home = resolve(settings.get('FAREBOX_HOME'));
  return { connectionString: (await ensureEmbeddedPostgres({ home })).connectionString };
}

@Global()
@Module({
  imports: [ConfigModule, ClockModule, LifecycleModule, MetricsModule],
  providers: [
    { provide: Log, useValue: logToStderr },
    { provide: Database, useFactory: openDatabase, inject: [Settings] },
  ],
  exports: [Log, Database],
})
class CommandModule {}

/**
 * Runs a command that works on the data: beside the application, on its database, without server, jobs or sweeps.
 * @throws when the database cannot be opened.
 */
export async function withDatabase(
  module: Type,
  work: (context: INestApplicationContext) => Promise<void>,
): Promise<void> {
  useSandboxSettings();
  @Module({ imports: [CommandModule, module] })
  class RootModule {}
  const context = await NestFactory.createApplicationContext(RootModule, {
    // What fails is said once, by the command.
    logger: false,
    abortOnError: false,
  });
  try {
    await work(context);
  } finally {
    await context.get(Database).close();
    await context.close();
  }
}
