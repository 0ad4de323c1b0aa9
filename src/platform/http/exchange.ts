import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ArgumentsHost, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { newId } from '../ids/ids.js';
import type { Principal } from '../identity/principal.js';

/** The limits that a request to a route is held to. */
export interface AppliedLimits {
  /** Absent: as the application limits its bodies. */
  bodyBytes?: number;
  pathParameter: number;
  /** Whether the route is `@Monetized()`. */
  paid: boolean;
  /** Whether the route is our own: its refusals are in our form on any adapter. */
  own: boolean;
  /** Whether its handler reads the body itself. */
  rawBody: boolean;
}

/**
 * A request and its answer, on any HTTP adapter, and what guards, interceptors and decorators find out about them while
 * the request passes. The code that records the call reads it at the end.
 */
export abstract class Exchange {
  /** UUIDv7. The key under which a paid call is recorded: a caller cannot choose it. */
  readonly id = newId();
  /** Set by the auth guard. */
  principal?: Principal;
  /** User and company in analytics; set by its global interceptor. Bills do not depend on them. */
  userId?: string;
  companyId?: string;
  sessionToken?: string;
  /** Its URL was looked at, and can be read. */
  isReadable = false;
  private readonly beganAt = performance.now();

  constructor(
    readonly request: IncomingMessage,
    /** Headers of an answer are set here: `exchange.response.setHeader`. */
    readonly response: ServerResponse,
    /** When the request arrived, UTC. */
    readonly startedAt: Date,
  ) {}

  get method(): string {
    return this.request.method ?? '';
  }

  get headers(): IncomingMessage['headers'] {
    return this.request.headers;
  }

  get socket(): Socket {
    return this.request.socket;
  }

  /** Milliseconds since the request arrived. */
  elapsedMs(): number {
    return performance.now() - this.beganAt;
  }

  /** Path and query as requested. */
  abstract get url(): string;

  /** The pattern of its route, with global prefix and version: `/api/v1/items/:id`. `undefined` where there is none. */
  abstract get route(): string | undefined;

  /** The address of the caller, as the application trusts its proxies. */
  abstract get ip(): string;

  /** `http` or `https`, and name and port of the host, as the application trusts its proxies. */
  abstract get protocol(): string;
  abstract get host(): string;

  /** The body as it was parsed; a stream or nothing where it was not. */
  abstract get body(): unknown;

  /** The parameters of the path, by their names. */
  abstract get parameters(): Readonly<Record<string, string>>;

  abstract get limits(): AppliedLimits;

  /** The headers of the answer that are set, by their names in lower case. */
  abstract get answerHeaders(): Readonly<Record<string, string | string[] | number | undefined>>;

  /** Answers as the framework does: with headers that others have set, through its hooks. */
  abstract send(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void;

  /** Takes back the headers of the answer that are set, but for `x-request-id`. */
  abstract dropHeaders(): void;
}

const EXCHANGE = Symbol.for('farebox.exchange');

interface Begun {
  [EXCHANGE]?: Exchange;
}

/** Keeps an exchange with its request, where `findExchange` finds it. */
export function begin(exchange: Exchange): void {
  (exchange.request as Begun)[EXCHANGE] = exchange;
}

/** The request in the context of a GraphQL resolver: `@nestjs/apollo` and `@nestjs/mercurius` name the request differently. */
interface ResolverContext {
  req?: object;
  request?: object;
  reply?: { request?: object };
}

/**
 * The exchange of a request: Nest's context of a route or a GraphQL resolver, the adapter's own request, or Node's.
 * `undefined` for WebSocket, microservice and other messages, and for GraphQL operations that came over a WebSocket.
 */
export function findExchange(from: ArgumentsHost | object): Exchange | undefined {
  if (!('getType' in from) || typeof from.getType !== 'function') return exchangeWith(from);
  const host = from as ArgumentsHost;
  const type = host.getType<string>();
  if (type === 'http') return exchangeWith(host.getArgByIndex(0));
  if (type !== 'graphql') return undefined;
  const { req, request, reply } = host.getArgByIndex<ResolverContext | undefined>(2) ?? {};
  return exchangeWith(req) ?? exchangeWith(request) ?? exchangeWith(reply?.request);
}

/** The same, where there is one. @throws {Error} where there is none: no HTTP request, or one that Farebox was not shown. */
export function exchangeOf(from: ArgumentsHost | object): Exchange {
  const exchange = findExchange(from);
  if (!exchange) throw new Error('this is no HTTP request of the application that Farebox is part of');
  return exchange;
}

function exchangeWith(request: object | undefined): Exchange | undefined {
  if (!request) return undefined;
  return (request as Begun)[EXCHANGE] ?? (request as { raw?: Begun }).raw?.[EXCHANGE];
}

/** The exchange of the request that a handler answers. */
export const CurrentExchange = createParamDecorator((_data: unknown, context: ExecutionContext): Exchange =>
  exchangeOf(context),
);
