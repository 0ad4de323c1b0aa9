import type { ArgumentsHost } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import './exchange.js';

/** The request in the context of a GraphQL resolver: `@nestjs/apollo` and `@nestjs/mercurius` name the request differently. */
interface ResolverContext {
  req?: FastifyRequest;
  request?: FastifyRequest;
  reply?: { request?: FastifyRequest };
}

/**
 * The HTTP request that a route or a GraphQL resolver answers. `undefined` for WebSocket, microservice and other messages, and
 * for GraphQL operations that came over a WebSocket.
 */
export function httpRequestOf(host: ArgumentsHost): FastifyRequest | undefined {
  const type = host.getType<string>();
  if (type === 'http') return host.switchToHttp().getRequest<FastifyRequest>();
  if (type !== 'graphql') return undefined;
  const { req, request, reply } = host.getArgByIndex<ResolverContext | undefined>(2) ?? {};
  return [req, request, reply?.request].find((each) => (each as Partial<FastifyRequest>)?.exchange);
}
