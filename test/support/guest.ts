import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplication, Module, type Type, VersioningType } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { FareboxModule } from '../../src/farebox.module.js';
import type { FareboxOptions } from '../../src/farebox-options.js';
import { ADMIN_TOKEN } from './operator.js';
import { TOKEN_SECRET } from './farebox.js';
import { createTestDatabase } from './postgres.js';

/** An application of somebody else that imports Farebox, in this process, with Nest's own body parsers. */
export interface Host {
  app: INestApplication;
  /** Where it listens. */
  origin: string;
  stop(): Promise<void>;
}

export const WEBHOOK_SECRET = 'whsec_of_the_tests_0123456789abcdef';

export interface HostOptions {
  adapter: AbstractHttpAdapter;
  /** Before all routes; they are versioned then, too. */
  globalPrefix?: string;
  /** As an application sets it that verifies webhooks of its own. */
  rawBody?: boolean;
  farebox?: Partial<FareboxOptions>;
  /** Controllers of the application itself. */
  controllers?: Type[];
}

export async function startHost({
  adapter,
  globalPrefix,
  rawBody = false,
  farebox = {},
  controllers = [],
}: HostOptions): Promise<Host> {
  const home = mkdtempSync(join(tmpdir(), 'farebox-host-'));
  const database = await createTestDatabase();
  const options: FareboxOptions = {
    // Nobody is there: what is tested here needs no Stripe.
    stripe: { key: 'sk_test_of_the_tests', apiBase: 'http://127.0.0.1:1', webhookSecret: WEBHOOK_SECRET },
    tokenSecret: TOKEN_SECRET,
    database: { url: database.url },
    settings: { FAREBOX_HOME: home, LOG_LEVEL: 'silent', ADMIN_TOKEN },
    ...farebox,
  };

  @Module({ imports: [FareboxModule.forRoot(options)], controllers })
  class HostModule {}

  const app = await NestFactory.create(HostModule, adapter, {
    logger: false,
    abortOnError: false,
    rawBody,
  });
  if (globalPrefix !== undefined) {
    app.setGlobalPrefix(globalPrefix);
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
  }
  await app.listen(0, '127.0.0.1');
  return {
    app,
    origin: await app.getUrl(),
    stop: async () => {
      await app.close();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
