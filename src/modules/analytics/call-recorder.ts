import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { AnalyticsGateway } from './analytics-gateway.js';
import { CallQueue } from './call-queue.js';
import { describeCall } from './describe-call.js';

/** Our own pages and probes: not calls of the API. */
const UNRECORDED =
  /^\/(?:$|health\/|metrics$|docs(?:\/|$|-)|openapi\.json$|favicon|styles\/|scripts\/|dashboard$)/;

/**
 * With MOESIF_EVENTS=all: reports the calls that cost nothing to analytics: refused ones, unknown paths, other routes.
 * Best effort: paid calls stand in the ledger, and go through `ExchangeForwarder`.
 */
@Injectable()
export class CallRecorder implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly queue: CallQueue,
    private readonly gateway: AnalyticsGateway,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    if (!this.gateway.enabled || this.settings.get('MOESIF_EVENTS') !== 'all') return;
    const publicUrl = this.settings.get('PUBLIC_URL');
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    fastify?.addHook('onResponse', (request, reply, done) => {
      const exchange = request.exchange as Exchange | undefined;
      if (exchange && !exchange.metered?.recorded && !UNRECORDED.test(request.url.split('?', 1)[0] ?? '')) {
        const call = describeCall(request, reply, this.clock, publicUrl);
        const weight = this.gateway.weigh(call);
        if (weight > 0) this.queue.add(this.gateway.encode(call, weight));
      }
      done();
    });
  }
}
