import type { CallEvent } from '../analytics-gateway.js';

/**
 * One event of https://www.moesif.com/docs/api#create-events-batch as sent, in one line. Moesif drops duplicates by the
 * top-level `transaction_id` ("a 36 character UUID", section Idempotency), and only there; the one in the metadata is
 * for people who filter by it.
 */
export function encodeEvent(call: CallEvent, weight: number): string {
  return JSON.stringify({
    request: {
      time: call.startedAt.toISOString(),
      uri: call.uri,
      verb: call.verb,
      headers: call.requestHeaders,
      api_version: call.apiVersion,
      ip_address: call.ip,
      body: call.requestBody,
    },
    response: {
      time: call.endedAt.toISOString(),
      status: call.status,
      headers: call.responseHeaders,
      body: call.responseBody,
    },
    user_id: call.userId,
    company_id: call.companyId,
    session_token: call.sessionToken,
    transaction_id: call.id,
    metadata: { transaction_id: call.id, route: call.route, monetized: call.monetized },
    direction: 'Incoming',
    weight,
  });
}
