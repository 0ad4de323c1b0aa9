import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import '../../platform/http/exchange.js';
import { AnalyticsGateway, type CallEvent } from './analytics-gateway.js';
import { CallQueue } from './call-queue.js';
import { allowedRequestHeaders, allowedResponseHeaders, maskPath } from './masking.js';

/** Our own pages and probes: not calls of the API. */
const UNRECORDED =
  /^\/(?:$|health\/|metrics$|docs(?:\/|$|-)|openapi\.json$|favicon|styles\/|scripts\/|dashboard$)/;

/** Records each answered call for analytics, when status and headers are final. */
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
    if (!this.gateway.enabled) return;
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    fastify?.addHook('onResponse', (request, reply, done) => {
      if (!UNRECORDED.test(request.url.split('?', 1)[0] ?? '')) this.queue.add(this.describe(request, reply));
      done();
    });
  }

  private describe(request: FastifyRequest, reply: FastifyReply): CallEvent {
    const { exchange } = request;
    const base = this.settings.get('PUBLIC_URL') ?? `${request.protocol}://${request.host}`;
    return {
      id: request.id,
      startedAt: exchange.startedAt,
      endedAt: this.clock.now(),
      verb: request.method,
      uri: base + maskPath(request.url),
      ip: request.ip,
      requestHeaders: allowedRequestHeaders(request.headers),
      status: reply.statusCode,
      responseHeaders: allowedResponseHeaders(reply.getHeaders()),
      ...(exchange.userId === undefined ? {} : { userId: exchange.userId }),
      ...(exchange.companyId === undefined ? {} : { companyId: exchange.companyId }),
      ...(exchange.sessionToken === undefined ? {} : { sessionToken: exchange.sessionToken }),
      route: request.routeOptions.url ?? 'unmatched',
      monetized: exchange.monetized === true,
    };
  }
}
