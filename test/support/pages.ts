import { Global, type INestApplication, Module, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HomePageModule } from '../../src/modules/portal/index.js';
import { PagesModule } from '../../src/modules/portal/pages/pages.module.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { parseSettings, Settings } from '../../src/platform/config/settings.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { Authentication } from '../../src/platform/identity/authentication.js';
import { Log } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { TOKEN_SECRET } from './farebox.js';

/** The pages alone, on a server that does not listen yet. @param settings override the defaults. */
export async function createPages(
  settings: Readonly<Record<string, string>> = {},
  {
    adapter = new FastifyAdapter({ forceCloseConnections: true }) as AbstractHttpAdapter,
    controllers = [] as Type[],
  } = {},
): Promise<INestApplication> {
  const values = parseSettings({ STRIPE_KEY: 'sk_test_of_the_tests', TOKEN_SECRET, ...settings });

  @Global()
  @Module({
    imports: [ClockModule],
    providers: [
      { provide: Settings, useValue: values },
      { provide: Log, useValue: Log.create('silent') },
      { provide: Authentication, useValue: { authenticate: async () => undefined } },
      Metrics,
    ],
    exports: [Settings, Log, Authentication, Metrics],
  })
  class CommonModule {}

  @Module({ imports: [CommonModule, HttpModule, PagesModule, HomePageModule], controllers })
  class PagesOnlyModule {}

  return NestFactory.create(PagesOnlyModule, adapter, { logger: false });
}
