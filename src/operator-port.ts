import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Role } from './platform/lifecycle/role.js';
import type { Settings } from './platform/config/settings.js';

const READY = '/health/ready';
/** By the pattern of the route: an address has many spellings. */
const OPERATORS_ROUTES: readonly (string | undefined)[] = ['/metrics', '/health/live', READY];

/** In the role `worker`: only the operator's requests are answered. Must be called before the application listens. */
export function refuseOthers(app: NestFastifyApplication): void {
  if (app.get(Role).answersRequests) return;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (OPERATORS_ROUTES.includes(request.routeOptions.url)) done();
    else reply.callNotFound();
  });
}

/**
 * With METRICS_PORT, that port answers only the operator's requests; `/metrics`, and the reasons of `/health/ready`,
 * are nowhere else then. Must be called before the application listens.
 * @returns a function that begins to listen.
 */
export function separateOperators(app: NestFastifyApplication, settings: Settings): () => Promise<void> {
  const port = settings.get('METRICS_PORT');
  if (port === undefined) return async () => undefined;
  const fastify = app.getHttpAdapter().getInstance();
  const theirs = new WeakSet<Socket>();
  const server = createServer((request, response) => fastify.routing(request, response));
  server.on('connection', (socket) => theirs.add(socket));
  fastify.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    const served = theirs.has(request.raw.socket) ? OPERATORS_ROUTES.includes(url) : url !== '/metrics';
    if (served) done();
    else reply.callNotFound();
  });
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    const hidden = request.routeOptions.url === READY && !theirs.has(request.raw.socket);
    done(null, hidden && typeof payload === 'string' ? withoutReasons(payload) : payload);
  });
  fastify.addHook('onClose', async () => {
    server.close();
    server.closeAllConnections();
  });
  return async () => {
    server.listen(port, settings.get('HOST'));
    await once(server, 'listening');
  };
}

function withoutReasons(health: string): string {
  return JSON.stringify({ status: (JSON.parse(health) as { status: string }).status });
}
