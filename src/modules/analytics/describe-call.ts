import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock/clock.js';
import { API_VERSION } from '../../platform/http/api-version.js';
import '../../platform/http/exchange.js';
import type { FinalAnswer } from '../ledger/index.js';
import type { CallEvent } from './analytics-gateway.js';
import { allowedRequestHeaders, allowedResponseHeaders, maskBody, maskPath } from './masking.js';

/** The data of a call that analytics may get, when its status and headers are final. `origin` is our own address. */
export function describeCall(
  request: FastifyRequest,
  answer: FinalAnswer,
  clock: Clock,
  origin: string,
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
    status: answer.status,
    responseHeaders: allowedResponseHeaders(answer.headers),
    ...(exchange.paid?.recordsBodies ? bodiesOf(request, answer.body) : {}),
    ...(exchange.userId === undefined ? {} : { userId: exchange.userId }),
    ...(exchange.companyId === undefined ? {} : { companyId: exchange.companyId }),
    ...(exchange.sessionToken === undefined ? {} : { sessionToken: exchange.sessionToken }),
    route: request.routeOptions.url ?? 'unmatched',
    monetized: exchange.paid?.row !== undefined,
  };
}

function bodiesOf(request: FastifyRequest, payload: FinalAnswer['body']): Partial<CallEvent> {
  const requestBody = maskBody(request.body);
  const responseBody = maskBody(Buffer.isBuffer(payload) ? payload.toString() : payload);
  return {
    ...(requestBody === undefined ? {} : { requestBody }),
    ...(responseBody === undefined ? {} : { responseBody }),
  };
}
