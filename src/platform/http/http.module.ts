import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.js';
import { Settings } from '../config/settings.js';
import { StartRefusedError } from '../database/start-refused.error.js';
import { FareboxError } from '../errors/farebox-error.js';
import { Metrics } from '../metrics/metrics.js';
import { readableForwardedFor } from './client-address.js';
import './exchange.js';
import { boundJsonDepth } from './json-body.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { limitRoutes, refusedParameter } from './route-limits.js';
import { PublicAddress } from './public-address.js';
import { RateLimits } from './rate-limits.js';

/** Common to every request and answer: its id, its exchange, its metrics, and the form of its errors. */
@Module({
  providers: [ProblemDetailsFilter, PublicAddress, RateLimits],
  exports: [ProblemDetailsFilter, PublicAddress, RateLimits],
})
export class HttpModule {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly filter: ProblemDetailsFilter,
    private readonly settings: Settings,
  ) {
    // Before any module is initialised: a route gets the error handler that is set when its module registers it.
    const adapter = this.host.httpAdapter;
    if (!adapter) return;
    if (adapter.getType() !== 'fastify') throw new StartRefusedError(otherPlatform(adapter.getType()));
    this.install(adapter.getInstance<FastifyInstance>());
  }

  private install(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      request.exchange = { startedAt: this.clock.now() };
      readForwarded(request);
      void reply.header('x-request-id', request.id);
      done(refusedUrl(request));
    });
    fastify.addHook(
      'onRoute',
      limitRoutes({
        bodyBytes: this.settings.get('BODY_LIMIT'),
        pathParameter: this.settings.get('PATH_PARAMETER_LIMIT'),
      }),
    );
    // Node's own answer is 417, without a body: an unknown expectation is ignored.
    fastify.server.on('checkExpectation', (request, response) =>
      fastify.server.emit('request', request, response),
    );
    boundJsonDepth(fastify);
    // Errors that Fastify raises before Nest sees the request: a body that is not JSON, or too large.
    fastify.setErrorHandler((error, request, reply) => this.filter.answer(error, request, reply));
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

function refusedUrl(request: FastifyRequest): FareboxError | undefined {
  // No database stores it, and C programs behind a proxy end their strings there.
  if (request.url.includes('%00'))
    return new FareboxError('malformed_request', 'The URL contains the character NUL (%00).');
  return refusedParameter(request);
}

/** Runs before the caller's address is read: proxies write ports and names as well, and Fastify takes addresses. */
function readForwarded({ raw: { headers } }: FastifyRequest): void {
  const written = headers['x-forwarded-for'];
  if (written === undefined) return;
  const read = readableForwardedFor(String(written));
  if (read === undefined) delete headers['x-forwarded-for'];
  else headers['x-forwarded-for'] = read;
}
