import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { configureApp, createAdapter } from './configure-app.js';
import { endOnSignal } from './end-on-signal.js';
import { readSettings, refuseSandboxData } from './platform/config/read-environment.js';
import { SettingsError, type Settings } from './platform/config/settings.js';
import { StartRefusedError } from './platform/database/start-refused.error.js';
import { refuseWeakSecrets, weakSecrets } from './platform/config/weak-secrets.js';
import { refuseOthers, separateOperators } from './operator-port.js';
import { Log, NestLog } from './platform/logging/logger.js';
import type { Tracing } from './platform/tracing/tracing.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

async function start(settings: Settings): Promise<void> {
  const log = Log.create(settings.get('LOG_LEVEL'));
  for (const { name, message } of weakSecrets(settings)) log.warn(`${name} ${message}.`);
  if (
    settings.live &&
    settings.get('METRICS_TOKEN') === undefined &&
    settings.get('METRICS_PORT') === undefined
  )
    log.warn(
      'METRICS_TOKEN is not set, nor METRICS_PORT: with a live key of Stripe, /metrics answers nobody.',
    );
  const tracing = await traceIfAsked(settings, log);
  const adapter = createAdapter(settings);
  tracing?.watch(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    // Fastify's own parser takes only JSON.
    bodyParser: false,
  });
  await configureApp(app, settings);
  refuseOthers(app);
  const listenForOperators = separateOperators(app, settings);
  endOnRejection(log);
  endOnSignal(app, log, async () => tracing?.stop());
  await app.listen(settings.get('PORT'), settings.get('HOST'));
  await listenForOperators();
  log.info(`Farebox listens on ${await app.getUrl()}`, {
    mode: settings.live ? 'live: money is real' : 'test',
    role: settings.get('ROLE'),
  });
}

/** Without a configured collector, nothing of OpenTelemetry is even loaded. */
async function traceIfAsked(settings: Settings, log: Log): Promise<Tracing | undefined> {
  const endpoint = settings.get('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === undefined) return undefined;
  const { startTracing } = await import('./platform/tracing/tracing.js');
  return startTracing(endpoint, settings, log.named('tracing'));
}

/** The database may be found only after the start, and refused then: the operator gets a sentence, not a stack. */
function endOnRejection(log: Log): void {
  process.on('unhandledRejection', (reason) => {
    if (reason instanceof StartRefusedError) log.error(reason.message);
    else log.error('An unhandled rejection ends the process.', {}, reason);
    process.exit(1);
  });
}

try {
  const settings = readSettings();
  refuseSandboxData(settings);
  refuseWeakSecrets(settings);
  await start(settings);
} catch (error) {
  process.exitCode = 1;
  // Messages for the person at the terminal, not lines for a log.
  const expected =
    error instanceof SettingsError ||
    error instanceof StartRefusedError ||
    (error as Error).name === 'CatalogError';
  process.stderr.write(`${expected ? (error as Error).message : describe(error)}\n`);
  process.exit();
}

function describe(error: unknown): string {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port ?? ''} is in use by another program. Set PORT (or METRICS_PORT) to another one.`;
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown error';
}
