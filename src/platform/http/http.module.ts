import { Module, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from '../clock/clock.js';
import { Settings } from '../config/settings.js';
import { StartRefusedError } from '../database/start-refused.error.js';
import { type ExpressApplication, ExpressExchanges } from './adapters/express-exchanges.js';
import { type FastifyApplication, FastifyExchanges } from './adapters/fastify-exchanges.js';
import { HttpExchanges } from './http-exchanges.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { PublicAddress } from './public-address.js';
import { RateLimits } from './rate-limits.js';

/** By the adapter of the application; nothing in a command, which answers no requests. @throws {StartRefusedError} */
export function exchangesFor(
  { httpAdapter }: Partial<HttpAdapterHost>,
  clock: Clock,
  settings: Settings,
  filter: ProblemDetailsFilter,
): HttpExchanges | undefined {
  if (!httpAdapter) return undefined;
  const type = httpAdapter.getType();
  if (type === 'fastify')
    return new FastifyExchanges(httpAdapter.getInstance<FastifyApplication>(), clock, settings, filter);
  if (type === 'express')
    return new ExpressExchanges(httpAdapter.getInstance<ExpressApplication>(), clock, settings, filter);
  throw new StartRefusedError(otherPlatform(type));
}

/** What our own routes and the paid ones need of HTTP. The other routes of an application do not notice it. */
@Module({
  providers: [
    {
      provide: HttpExchanges,
      useFactory: exchangesFor,
      inject: [HttpAdapterHost, Clock, Settings, ProblemDetailsFilter],
    },
    ProblemDetailsFilter,
    PublicAddress,
    RateLimits,
  ],
  exports: [HttpExchanges, ProblemDetailsFilter, PublicAddress, RateLimits],
})
export class HttpModule {
  /** Before the application has body parsers, and before any module registers routes. */
  constructor(@Optional() exchanges?: HttpExchanges) {
    exchanges?.install();
  }
}

const otherPlatform = (name: string): string =>
  `The application's HTTP adapter is ${name}. Farebox runs on Fastify and Express: install @nestjs/platform-fastify or @nestjs/platform-express.`;
