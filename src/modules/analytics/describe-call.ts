import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock/clock.js';
import { API_VERSION } from '../../platform/http/api-version.js';
import '../../platform/http/exchange.js';
import type { CallEvent } from './analytics-gateway.js';
import { allowedRequestHeaders, allowedResponseHeaders, maskBody, maskPath } from './masking.js';

/** What analytics may know of a call, when its status and headers are final. `origin` is our own address. */
export function describeCall(
  request: FastifyRequest,
  reply: FastifyReply,
  clock: Clock,
  origin: string,
  payload?: unknown,
): CallEvent {
  const { exchange } = request;
  return {
    id: request.id,
    startedAt: exchange.startedAt,
    endedAt: clock.now(),
    verb: request.method,
    uri: origin + maskPath(request.url),
    apiVersion: API_VERSION,
    ip: request.ip,
    requestHeaders: allowedRequestHeaders(request.headers),
    status: reply.statusCode,
    responseHeaders: allowedResponseHeaders(reply.getHeaders()),
    ...(exchange.metered?.recordsBodies ? bodiesOf(request, payload) : {}),
    ...(exchange.userId === undefined ? {} : { userId: exchange.userId }),
    ...(exchange.companyId === undefined ? {} : { companyId: exchange.companyId }),
    ...(exchange.sessionToken === undefined ? {} : { sessionToken: exchange.sessionToken }),
    route: request.routeOptions.url ?? 'unmatched',
    monetized: exchange.metered?.recorded === true,
  };
}

function bodiesOf(request: FastifyRequest, payload: unknown): Partial<CallEvent> {
  const requestBody = maskBody(request.body);
  const responseBody = maskBody(payload);
  return {
    ...(requestBody === undefined ? {} : { requestBody }),
    ...(responseBody === undefined ? {} : { responseBody }),
  };
}
