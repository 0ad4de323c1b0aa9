import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { Faults, type TwinOptions } from '@farebox/twin-kit';
import { maxBodyBytes } from './collector-body.js';
import { collectorRoutes } from './collector.routes.js';
import type { EventLogLimits } from './event-log.js';
import { inspectionRoutes } from './inspection.routes.js';
import { MoesifError, moesifErrorBody } from './moesif-error.js';
import { pageRoutes } from './page.routes.js';
import { stripeWebhookRoutes } from './stripe-webhook.routes.js';
import { TwinState } from './twin-state.js';

export interface MoesifTwinOptions extends TwinOptions {
  /** What is kept of the events; 10,000 in memory and 1 GiB on disk by default. */
  limits?: EventLogLimits;
}

/**
 * A stand-in for Moesif: its collector API, so that moesif-nodejs and moesifapi work against it unchanged
 * (`baseUri`), its receiver of Stripe's webhooks, and `/_sandbox/…` to see what arrived and to make it fail.
 */
export async function buildMoesifTwin({ dataDir, limits }: MoesifTwinOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: maxBodyBytes, forceCloseConnections: true });
  const state = new TwinState(dataDir, limits);
  const faults = new Faults((status) => moesifErrorBody(status));

  app.setErrorHandler((error: FastifyError | MoesifError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) console.error(error);
    return reply
      .code(status)
      .send(moesifErrorBody(status, status >= 500 ? 'The twin failed' : error.message));
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(moesifErrorBody(404, 'No such path')));
  app.addHook('onClose', async () => state.close());

  faults.install(app);
  await app.register(async (scope) => collectorRoutes(scope, state));
  await app.register(async (scope) => stripeWebhookRoutes(scope, state));
  await app.register(async (scope) => inspectionRoutes(scope, { state, faults }));
  await app.register(async (scope) => pageRoutes(scope, state));
  return app;
}
