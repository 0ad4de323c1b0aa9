import { Module, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.js';
import { Settings } from '../config/settings.js';
import { StartRefusedError } from '../database/start-refused.error.js';
import { FareboxError } from '../errors/farebox-error.js';
import { Metrics } from '../metrics/metrics.js';
import { readableForwardedFor } from './client-address.js';
import { FastifyExchanges } from './adapters/fastify-exchanges.js';
import { type Exchange, exchangeOf } from './exchange.js';
import { HttpExchanges } from './http-exchanges.js';
import { boundJsonDepth } from './json-body.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { refusedParameter } from './route-limits.js';
import { keepRawBodies } from './raw-body.js';
import { PublicAddress } from './public-address.js';
import { RateLimits } from './rate-limits.js';

/** By the adapter of the application; nothing in a command, which answers no requests. @throws {StartRefusedError} */
export function exchangesFor(
  { httpAdapter }: Partial<HttpAdapterHost>,
  clock: Clock,
  settings: Settings,
): HttpExchanges | undefined {
  if (!httpAdapter) return undefined;
  if (httpAdapter.getType() === 'fastify')
    return new FastifyExchanges(httpAdapter.getInstance<FastifyInstance>(), clock, settings);
  throw new StartRefusedError(otherPlatform(httpAdapter.getType()));
}

/** Common to every request and answer: its id, its exchange, its metrics, and the form of its errors. */
@Module({
  providers: [
    { provide: HttpExchanges, useFactory: exchangesFor, inject: [HttpAdapterHost, Clock, Settings] },
    ProblemDetailsFilter,
    PublicAddress,
    RateLimits,
  ],
  exports: [HttpExchanges, ProblemDetailsFilter, PublicAddress, RateLimits],
})
export class HttpModule {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly metrics: Metrics,
    private readonly filter: ProblemDetailsFilter,
    @Optional() exchanges?: HttpExchanges,
  ) {
    // Before any module is initialised: a route gets the error handler that is set when its module registers it.
    if (!exchanges) return;
    exchanges.install();
    keepRawBodies(this.host.httpAdapter);
    this.install(this.host.httpAdapter.getInstance<FastifyInstance>());
  }

  private install(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, _reply, done) => {
      readForwarded(request);
      const exchange = exchangeOf(request.raw);
      exchange.response.setHeader('x-request-id', exchange.id);
      done(refusedUrl(exchange));
    });
    // Node's own answer is 417, without a body: an unknown expectation is ignored.
    fastify.server.on('checkExpectation', (request, response) =>
      fastify.server.emit('request', request, response),
    );
    boundJsonDepth(fastify);
    // Errors that Fastify raises before Nest sees the request: a body that is not JSON, or too large.
    fastify.setErrorHandler((error, request) => this.filter.answer(error, exchangeOf(request.raw)));
    fastify.addHook('onResponse', (request, reply, done) => {
      const labels = {
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        status: String(reply.statusCode),
      };
      this.metrics.httpRequests.observe(labels, reply.elapsedTime / 1_000);
      done();
    });
  }
}

const otherPlatform = (name: string): string =>
  `The application's platform is ${name}. Farebox runs on Fastify: install @nestjs/platform-fastify, and start with NestFactory.create(AppModule, createAdapter(settings)).`;

function refusedUrl(exchange: Exchange): FareboxError | undefined {
  // No database stores it, and C programs behind a proxy end their strings there.
  if (exchange.url.includes('%00'))
    return new FareboxError('malformed_request', 'The URL contains the character NUL (%00).');
  return refusedParameter(exchange);
}

/** Runs before the caller's address is read: proxies write ports and names as well, and Fastify takes addresses. */
function readForwarded({ raw: { headers } }: FastifyRequest): void {
  const written = headers['x-forwarded-for'];
  if (written === undefined) return;
  const read = readableForwardedFor(String(written));
  if (read === undefined) delete headers['x-forwarded-for'];
  else headers['x-forwarded-for'] = read;
}
