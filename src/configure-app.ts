import fastifyCors from '@fastify/cors';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from './platform/config/settings.js';
import type { FastifyExchanges } from './platform/http/adapters/fastify-exchanges.js';
import { HttpExchanges } from './platform/http/http-exchanges.js';
import type { AdaptersExchanges } from './platform/http/http.module.js';
import { ProblemDetailsFilter } from './platform/http/problem-details.filter.js';
import { OWN_BODY_BYTES } from './platform/http/route-limits.js';
import { answerUnreadable } from './platform/http/unreadable-request.js';
import { serveApiDocument } from './api-document.js';
import { installHttp } from './application-http.js';

/** As long as a URL can be: each route has a limit of its own. */
const LONGEST_PARAMETER = 16_384;
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Nest hands Fastify an error handler after the routes have been registered, which then do not use it. `installHttp`
 * installs ours before them; a second one would only make Fastify warn.
 */
class Adapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }
}

/** Fastify, with our request ids. A caller cannot choose an id, as it is the key under which a call is recorded. */
export function createAdapter(settings: Settings): FastifyAdapter {
  const proxies = settings.get('TRUSTED_PROXIES');
  return new Adapter({
    requestIdHeader: false,
    bodyLimit: OWN_BODY_BYTES,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: proxies.length > 0 ? [...proxies] : false,
    logger: false,
    clientErrorHandler: answerUnreadable,
    // A malformed URL or an over-long parameter is refused before any hook runs.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      unfiltered?.(error, request, reply);
    },
  });
}

let unfiltered: ((error: Error, request: FastifyRequest, reply: FastifyReply) => void) | undefined;

/** The application's needs beside its modules: the form of errors that never reach Nest, CORS, pages, the API document. */
export async function configureApp(app: NestFastifyApplication, settings: Settings): Promise<void> {
  installHttp(app);
  const filter = app.get(ProblemDetailsFilter);
  const exchanges = app.get<AdaptersExchanges>(HttpExchanges).ofAdapter as FastifyExchanges;
  unfiltered = (error, request, reply) => {
    const exchange = exchanges.begin(request, reply);
    void reply.header('x-request-id', exchange.id);
    filter.answer(error, exchange);
  };
  const origins = settings.get('CORS_ORIGINS');
  if (origins.length > 0) {
    await app.register(fastifyCors, {
      origin: [...origins],
      exposedHeaders: ['x-request-id', 'retry-after'],
    });
  }
  serveApiDocument(app);
}
