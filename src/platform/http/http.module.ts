import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Clock } from '../clock/clock.js';
import { Metrics } from '../metrics/metrics.js';
import './exchange.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { validationPipe } from './validation.pipe.js';

/** What every request and answer has in common: its id, its exchange, its measure, and the form of its errors. */
@Module({
  providers: [
    ProblemDetailsFilter,
    { provide: APP_FILTER, useExisting: ProblemDetailsFilter },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
  exports: [ProblemDetailsFilter],
})
export class HttpModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!fastify) return;
    fastify.addHook('onRequest', (request, reply, done) => {
      request.exchange = { startedAt: this.clock.now() };
      void reply.header('x-request-id', request.id);
      done();
    });
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
