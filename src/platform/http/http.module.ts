import { Injectable, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from '../clock/clock.js';
import { Settings } from '../config/settings.js';
import { StartRefusedError } from '../database/start-refused.error.js';
import { type ExpressApplication, ExpressExchanges } from './adapters/express-exchanges.js';
import { type FastifyApplication, FastifyExchanges } from './adapters/fastify-exchanges.js';
import type { Exchange } from './exchange.js';
import { HttpExchanges } from './http-exchanges.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { PublicAddress } from './public-address.js';
import { RateLimits } from './rate-limits.js';

/** @throws {StartRefusedError} for an adapter that is neither Fastify's nor Express's */
export function exchangesFor(
  { httpAdapter }: Pick<HttpAdapterHost, 'httpAdapter'>,
  clock: Clock,
  settings: Settings,
  filter: ProblemDetailsFilter,
): HttpExchanges {
  const type = httpAdapter.getType();
  if (type === 'fastify')
    return new FastifyExchanges(httpAdapter.getInstance<FastifyApplication>(), clock, settings, filter);
  if (type === 'express')
    return new ExpressExchanges(httpAdapter.getInstance<ExpressApplication>(), clock, settings, filter);
  throw new StartRefusedError(otherPlatform(type));
}

/**
 * Those of the application's adapter, once it has one: an application of `Test.createTestingModule` gets it after its modules are
 * made, and a command never does.
 */
@Injectable()
export class AdaptersExchanges extends HttpExchanges {
  private chosen: HttpExchanges | undefined;
  private readonly listeners: ((exchange: Exchange) => void)[] = [];

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly filter: ProblemDetailsFilter,
  ) {
    super();
  }

  /** Those of the adapter; `undefined` while there is none. */
  get ofAdapter(): HttpExchanges | undefined {
    return this.chosen;
  }

  install(): void {
    // At once where there is one, so that a refusal stops the start.
    if (this.host.httpAdapter) this.choose();
    else this.host.init$.subscribe(() => this.choose());
  }

  onAnswered(listener: (exchange: Exchange) => void): void {
    if (this.chosen) this.chosen.onAnswered(listener);
    else this.listeners.push(listener);
  }

  private choose(): void {
    // A command has none, and Nest says so in the same way.
    if (!this.host.httpAdapter) return;
    const chosen = exchangesFor(this.host, this.clock, this.settings, this.filter);
    chosen.install();
    for (const listener of this.listeners.splice(0)) chosen.onAnswered(listener);
    this.chosen = chosen;
  }
}

/** What our own routes and the paid ones need of HTTP. The other routes of an application do not notice it. */
@Module({
  providers: [
    { provide: HttpExchanges, useClass: AdaptersExchanges },
    ProblemDetailsFilter,
    PublicAddress,
    RateLimits,
  ],
  exports: [HttpExchanges, ProblemDetailsFilter, PublicAddress, RateLimits],
})
export class HttpModule {
  /** Made before the application has body parsers, and before any module registers routes. */
  constructor(exchanges: HttpExchanges) {
    exchanges.install();
  }
}

const otherPlatform = (name: string): string =>
  `The application's HTTP adapter is ${name}. Farebox runs on Fastify and Express: install @nestjs/platform-fastify or @nestjs/platform-express.`;
