import type { Logged } from './event-log.js';
import { isObject, type JsonObject } from './json.js';
import { MoesifError } from './moesif-error.js';
import { isUtcTime } from './utc-time.js';

const transactionHeader = 'x-moesif-transaction-id';

/**
 * Checks what the collector needs of an API call. Written by hand, without a schema library, because it runs for every
 * call of a benchmark.
 * @param at where it stands, for the message: `[3]`, or nothing for a single event
 * @throws MoesifError 400
 */
export function checkedEvent(event: unknown, at = ''): JsonObject {
  if (!isObject(event)) throw refused(at, 'an event is an object');
  const { request, response, weight } = event;
  if (!isObject(request)) throw refused(`${at}.request`, 'is required');
  if (!isObject(response)) throw refused(`${at}.response`, 'is required');
  if (!isUtcTime(request['time'])) throw refused(`${at}.request.time`, 'must be an ISO 8601 time in UTC');
  if (!isText(request['verb'])) throw refused(`${at}.request.verb`, 'is required');
  if (!isText(request['uri'])) throw refused(`${at}.request.uri`, 'is required');
  if (!isUtcTime(response['time'])) throw refused(`${at}.response.time`, 'must be an ISO 8601 time in UTC');
  const status = response['status'];
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599) {
    throw refused(`${at}.response.status`, 'must be an HTTP status');
  }
  if (weight !== undefined && weight !== null && !isWeight(weight)) {
    throw refused(`${at}.weight`, 'must be a whole number, 0 or more');
  }
  for (const name of ['user_id', 'company_id', 'session_token', 'direction'] as const) {
    const value = event[name];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw refused(`${at}.${name}`, 'must be a string');
    }
  }
  return event;
}

/**
 * Checks what the collector needs of an action.
 * @throws MoesifError 400
 */
export function checkedAction(action: unknown, at = ''): JsonObject {
  if (!isObject(action)) throw refused(at, 'an action is an object');
  if (!isText(action['action_name'])) throw refused(`${at}.action_name`, 'is required');
  const request = action['request'];
  if (!isObject(request) || !isText(request['uri'])) throw refused(`${at}.request.uri`, 'is required');
  const time = request['time'];
  if (time !== undefined && time !== null && !isUtcTime(time)) {
    throw refused(`${at}.request.time`, 'must be an ISO 8601 time in UTC');
  }
  return action;
}

/** How many calls an event stands for: a sampled SDK sends one of several. */
export function weightOf(event: JsonObject): number {
  return typeof event['weight'] === 'number' ? event['weight'] : 1;
}

/** The id that ties an event to the answer the caller got; the SDK puts it among the headers. */
export function transactionIdOf(item: JsonObject): string | undefined {
  if (typeof item['transaction_id'] === 'string') return item['transaction_id'];
  for (const side of ['request', 'response']) {
    const message = item[side];
    const headers = isObject(message) && isObject(message['headers']) ? message['headers'] : {};
    for (const [name, value] of Object.entries(headers)) {
      if (name.toLowerCase() === transactionHeader && typeof value === 'string') return value;
    }
  }
  return undefined;
}

/** An event as Moesif shows it: all that was received, and what the collector adds. */
export function eventView({ seq, receivedAt, item }: Logged): JsonObject {
  const request = item['request'] as JsonObject;
  const response = item['response'] as JsonObject;
  return {
    _id: `evt-${seq}`,
    event_type: 'api_call',
    received_time: receivedAt,
    direction: 'Incoming',
    duration_ms: Date.parse(String(response['time'])) - Date.parse(String(request['time'])),
    transaction_id: transactionIdOf(item),
    ...item,
    weight: weightOf(item),
    request: { route: routeOf(String(request['uri'])), ...request },
  };
}

/** An action as Moesif shows it. */
export function actionView({ seq, receivedAt, item }: Logged): JsonObject {
  return { _id: `act-${seq}`, event_type: 'user_action', received_time: receivedAt, ...item };
}

function routeOf(uri: string): string {
  try {
    return new URL(uri, 'http://unknown.invalid').pathname;
  } catch {
    return uri;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isWeight(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function refused(at: string, problem: string): MoesifError {
  return new MoesifError(400, `${at.replace(/^\./, '') || 'body'}: ${problem}`);
}
