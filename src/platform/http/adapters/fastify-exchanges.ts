import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Clock } from '../../clock/clock.js';
import type { Settings } from '../../config/settings.js';
import { type AppliedLimits, begin, Exchange, exchangeOf } from '../exchange.js';
import { HttpExchanges } from '../http-exchanges.js';
import type { ProblemDetailsFilter } from '../problem-details.filter.js';
import { hideBody } from '../raw-body.js';
import { limitsOf, UNLIMITED } from '../route-limits.js';

/** In the config of a route. */
const LIMITS = Symbol('farebox.limits');

class FastifyExchange extends Exchange {
  constructor(
    private readonly native: FastifyRequest,
    private readonly reply: FastifyReply,
    startedAt: Date,
  ) {
    super(native.raw, reply.raw, startedAt);
  }

  get url(): string {
    return this.native.url;
  }

  get route(): string | undefined {
    return this.native.routeOptions.url;
  }

  get ip(): string {
    return this.native.ip;
  }

  get protocol(): string {
    return this.native.protocol;
  }

  get host(): string {
    return this.native.host;
  }

  get body(): unknown {
    return this.native.body;
  }

  get parameters(): Readonly<Record<string, string>> {
    return (this.native.params ?? {}) as Record<string, string>;
  }

  get limits(): AppliedLimits {
    const { config, bodyLimit } = this.native.routeOptions;
    const limits = (config as { [LIMITS]?: AppliedLimits } | undefined)?.[LIMITS];
    return { ...UNLIMITED, ...limits, bodyBytes: bodyLimit };
  }

  get answerHeaders(): Readonly<Record<string, string | string[] | number | undefined>> {
    return this.reply.getHeaders();
  }

  send(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
    void this.reply.code(status).headers(headers).send(body);
  }

  dropHeaders(): void {
    for (const name of Object.keys(this.reply.getHeaders())) {
      if (name === 'x-request-id') continue;
      this.reply.removeHeader(name);
      this.response.removeHeader(name);
    }
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** @deprecated `exchangeOf(request)` finds it on any adapter. */
    readonly exchange: Exchange;
  }
}

const hide = ({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
  hideBody(raw);
  done();
};

export type FastifyApplication = FastifyInstance;

export class FastifyExchanges extends HttpExchanges {
  constructor(
    private readonly fastify: FastifyInstance,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly filter: ProblemDetailsFilter,
  ) {
    super();
  }

  install(): void {
    this.fastify.decorateRequest('exchange', {
      getter(this: FastifyRequest): Exchange {
        return exchangeOf(this.raw);
      },
    });
    this.fastify.addHook('onRequest', (request, reply, done) => {
      this.begin(request, reply);
      done();
    });
    this.fastify.addHook('onRoute', this.limitRoutes());
  }

  /** Nest copies the metadata of a handler to what it registers. */
  private limitRoutes(): (route: RouteOptions) => void {
    const defaults = {
      bodyBytes: this.settings.get('BODY_LIMIT'),
      pathParameter: this.settings.get('PATH_PARAMETER_LIMIT'),
    };
    return (route) => {
      const limits = limitsOf(route.handler, defaults, route.config);
      if (!limits) return;
      if (limits.bodyBytes !== undefined) route.bodyLimit = limits.bodyBytes;
      if (limits.own) route.errorHandler ??= (error, { raw }) => this.filter.answer(error, exchangeOf(raw));
      if (limits.rawBody) route.onRequest = [route.onRequest ?? [], hide].flat();
      route.config = { ...route.config, [LIMITS]: limits } as NonNullable<RouteOptions['config']>;
    };
  }

  onAnswered(listener: (exchange: Exchange) => void): void {
    this.fastify.addHook('onResponse', (request, _reply, done) => {
      listener(exchangeOf(request.raw));
      done();
    });
  }

  /** Also for requests that Fastify refuses before any hook runs. */
  begin(request: FastifyRequest, reply: FastifyReply): Exchange {
    const exchange = new FastifyExchange(request, reply, this.clock.now());
    begin(exchange);
    return exchange;
  }
}
