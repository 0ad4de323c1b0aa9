import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Shutdown } from './platform/lifecycle/shutdown.js';
import type { Log } from './platform/logging/logger.js';

/** How long the process may take to end once it was asked to. */
const DEADLINE_MS = 25_000;
/** The additional time to write the counts of streams that still run. */
const LAST_WRITES_MS = 3_000;
const IDLE_CHECK_MS = 100;

/**
 * On SIGTERM and SIGINT the process stops taking requests, finishes those in flight, flushes, closes the database, and
 * ends with 0; with 1 when that fails, or takes more than 25 seconds. In both cases counted usage is written first.
 * @param last done when the application is closed.
 */
export function endOnSignal(app: NestFastifyApplication, log: Log, last?: () => Promise<unknown>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    const shutdown = app.get(Shutdown);
    shutdown.begin();
    setTimeout(() => {
      log.error('The shutdown took too long and was cut short.');
      setTimeout(() => process.exit(1), LAST_WRITES_MS).unref();
      void shutdown.run().finally(() => process.exit(1));
    }, DEADLINE_MS).unref();
    // Closing waits for connections; one that was answering stays open, idle, for as long as its client likes.
    const server = app.getHttpServer() as Server;
    setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS).unref();
    app
      .close()
      .then(() => last?.())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('The shutdown failed.', {}, error);
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
