import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../../clock/clock.js';
import type { Settings } from '../../config/settings.js';
import { addressOf } from '../client-address.js';
import { type AppliedLimits, begin, Exchange } from '../exchange.js';
import { HttpExchanges } from '../http-exchanges.js';
import type { ProblemDetailsFilter } from '../problem-details.filter.js';
import { hideBody } from '../raw-body.js';
import { limitsOf, UNLIMITED } from '../route-limits.js';
import { hasBody, ownBodyOf } from './own-body.js';

/** What Express adds to Node's request. Its own typings are no dependency of ours. */
interface ExpressRequest extends IncomingMessage {
  originalUrl: string;
  baseUrl: string;
  ip?: string;
  protocol: string;
  host?: string;
  body?: unknown;
  params?: Readonly<Record<string, string | string[]>>;
  route?: ExpressRoute;
}

interface ExpressRoute {
  path: unknown;
  methods: Readonly<Record<string, boolean>>;
  stack: readonly { handle: object }[];
}

interface Layer {
  route?: ExpressRoute;
  match(path: string): unknown;
}

type Next = (error?: unknown) => void;

/** An application of Express, as far as we use it. */
export interface ExpressApplication {
  use(middleware: (request: ExpressRequest, response: ServerResponse, next: Next) => void): unknown;
  readonly router: { stack: readonly Layer[] };
}

/** The limits of a handler, as far as it is a route's of ours or a paid one. */
type LimitsOf = (route: ExpressRoute | undefined) => AppliedLimits | undefined;

class ExpressExchange extends Exchange {
  constructor(
    private readonly native: ExpressRequest,
    response: ServerResponse,
    startedAt: Date,
    private readonly limitsOfRoute: LimitsOf,
  ) {
    super(native, response, startedAt);
  }

  get url(): string {
    return this.native.originalUrl;
  }

  get route(): string | undefined {
    const { route, baseUrl } = this.native;
    return route === undefined ? undefined : patternOf(baseUrl, route.path);
  }

  get ip(): string {
    const { ip = '' } = this.native;
    return isIP(ip) ? ip : (addressOf(ip) ?? ip);
  }

  get protocol(): string {
    return this.native.protocol;
  }

  get host(): string {
    return this.native.host ?? this.headers.host ?? '';
  }

  get body(): unknown {
    return this.native.body;
  }

  get parameters(): Readonly<Record<string, string>> {
    const { params = {} } = this.native;
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, [value].flat().join('/')]),
    );
  }

  get limits(): AppliedLimits {
    return this.limitsOfRoute(this.native.route) ?? UNLIMITED;
  }

  get answerHeaders(): Readonly<Record<string, string | string[] | number | undefined>> {
    return this.response.getHeaders();
  }

  send(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
    const { response } = this;
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
  }

  dropHeaders(): void {
    for (const name of this.response.getHeaderNames())
      if (name !== 'x-request-id') this.response.removeHeader(name);
  }
}

/** The pattern as Fastify writes it: without a name for the rest of a path, no slash at its end. */
function patternOf(base: string, path: unknown): string {
  const pattern = `${base}${String(path)}`.replace(/\{?\*\w+\}?/g, '*').replace(/(?<=.)\/$/, '');
  return pattern.startsWith('/') ? pattern : `/${pattern}`;
}

export class ExpressExchanges extends HttpExchanges {
  private readonly listeners: ((exchange: Exchange) => void)[] = [];
  private readonly limitsOfRoute: LimitsOf;
  private limited: { route: ExpressRoute; layer: Layer; limits: AppliedLimits }[] | undefined;

  constructor(
    private readonly express: ExpressApplication,
    private readonly clock: Clock,
    settings: Settings,
    private readonly filter: ProblemDetailsFilter,
  ) {
    super();
    const defaults = {
      bodyBytes: settings.get('BODY_LIMIT'),
      pathParameter: settings.get('PATH_PARAMETER_LIMIT'),
    };
    this.limitsOfRoute = (route) =>
      route?.stack.reduce<AppliedLimits | undefined>(
        (found, { handle }) => found ?? limitsOf(handle, defaults),
        undefined,
      );
  }

  install(): void {
    this.express.use((request, response, next) => {
      const exchange = new ExpressExchange(request, response, this.clock.now(), this.limitsOfRoute);
      begin(exchange);
      for (const listener of this.listeners) response.once('finish', () => listener(exchange));
      const limits = hasBody(request) ? this.limitsFor(request) : undefined;
      if (limits?.rawBody) hideBody(request);
      if (limits && !limits.rawBody) void this.prepare(exchange, request, limits, next);
      else next();
    });
  }

  onAnswered(listener: (exchange: Exchange) => void): void {
    this.listeners.push(listener);
  }

  /** The parsers of the application read what is left: bodies of paid routes, within our limit. */
  private async prepare(
    exchange: Exchange,
    request: ExpressRequest,
    limits: AppliedLimits,
    next: Next,
  ): Promise<void> {
    try {
      const body = await ownBodyOf(exchange, limits);
      // A request that was read to its end is left alone by the parsers of Express 5.
      if (body) request.body = body.parsed;
    } catch (error) {
      exchange.response.setHeader('connection', 'close');
      this.filter.answer(error, exchange);
      return;
    }
    next();
  }

  /** Routing comes later: a route with limits is looked for among those that there are. */
  private limitsFor({ method, originalUrl }: ExpressRequest): AppliedLimits | undefined {
    this.limited ??= this.express.router.stack.flatMap((layer) => {
      const { route } = layer;
      const limits = this.limitsOfRoute(route);
      return route && limits ? [{ route, layer, limits }] : [];
    });
    const [path = ''] = originalUrl.split('?', 1);
    const verb = method?.toLowerCase() ?? '';
    return this.limited.find(
      ({ route: { methods }, layer }) => (methods[verb] || methods['_all']) && matches(layer, path),
    )?.limits;
  }
}

/** A path that cannot be decoded matches nothing; Express says so when it comes to the route. */
function matches(layer: Layer, path: string): boolean {
  try {
    return Boolean(layer.match(path));
  } catch {
    return false;
  }
}
