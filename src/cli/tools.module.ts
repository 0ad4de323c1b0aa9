import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { AnalyticsToolsModule } from '../modules/analytics/index.js';
import { BillingToolsModule } from '../modules/billing/index.js';
import { ClockModule } from '../platform/clock/clock.module.js';
import { ConfigModule } from '../platform/config/config.module.js';
import { useSandboxSettings } from '../platform/config/read-environment.js';
import { LoggingModule } from '../platform/logging/logging.module.js';

/** What commands need: no database, no server, no jobs. */
@Module({
  imports: [
    ConfigModule,
    ClockModule,
    LoggingModule,
    CatalogModule,
    BillingToolsModule,
    AnalyticsToolsModule,
  ],
})
class ToolsModule {}

/**
 * Runs a command that needs no data of ours.
 * @throws {SettingsError} {CatalogError}
 */
export async function withTools(work: (tools: INestApplicationContext) => Promise<void>): Promise<void> {
  const tools = await openTools();
  try {
    await work(tools);
  } finally {
    await tools.close();
  }
}

/** @throws {SettingsError} {CatalogError} */
export async function openTools(): Promise<INestApplicationContext> {
  useSandboxSettings();
  return NestFactory.createApplicationContext(ToolsModule, {
    // What fails is said once, by the command.
    logger: false,
    abortOnError: false,
  });
}
