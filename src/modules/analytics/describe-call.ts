import type { Clock } from '../../platform/clock/clock.js';
import { API_VERSION } from '../../platform/http/api-version.js';
import type { Exchange } from '../../platform/http/exchange.js';
import type { FinalAnswer } from '../ledger/index.js';
import type { CallEvent } from './analytics-gateway.js';
import { allowedRequestHeaders, allowedResponseHeaders, maskBody, maskPath } from './masking.js';

/** The data of a call that analytics may get, when its status and headers are final. `origin` is our own address. */
export function describeCall(
  exchange: Exchange,
  answer: FinalAnswer,
  clock: Clock,
  origin: string,
): CallEvent {
  return {
    id: exchange.id,
    startedAt: exchange.startedAt,
    endedAt: clock.now(),
    verb: exchange.method,
    uri: origin + maskPath(exchange.url),
    apiVersion: API_VERSION,
    ip: exchange.ip,
    requestHeaders: allowedRequestHeaders(exchange.headers),
    status: answer.status,
    responseHeaders: allowedResponseHeaders(answer.headers),
    ...(exchange.paid?.recordsBodies ? bodiesOf(exchange, answer.body) : {}),
    ...(exchange.userId === undefined ? {} : { userId: exchange.userId }),
    ...(exchange.companyId === undefined ? {} : { companyId: exchange.companyId }),
    ...(exchange.sessionToken === undefined ? {} : { sessionToken: exchange.sessionToken }),
    route: exchange.route ?? 'unmatched',
    monetized: exchange.paid?.row !== undefined,
  };
}

function bodiesOf(exchange: Exchange, payload: FinalAnswer['body']): Partial<CallEvent> {
  const requestBody = maskBody(exchange.body);
  const responseBody = maskBody(Buffer.isBuffer(payload) ? payload.toString() : payload);
  return {
    ...(requestBody === undefined ? {} : { requestBody }),
    ...(responseBody === undefined ? {} : { responseBody }),
  };
}
