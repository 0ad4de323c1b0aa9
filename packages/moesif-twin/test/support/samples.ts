import type { Json } from './twin.js';

/** An API call in the words of the wire. */
export function wireEvent(changes: Json = {}): Json {
  return {
    request: {
      time: '2026-11-21T10:00:00.000Z',
      uri: 'https://api.example.com/test-service?x=1',
      verb: 'GET',
    },
    response: { time: '2026-11-21T10:00:00.025Z', status: 200 },
    user_id: 'cus_1',
    company_id: 'sub_1',
    ...changes,
  };
}

/** The same in the words of moesifapi's EventModel. */
export function modelEvent(changes: Json = {}): Json {
  return {
    request: {
      time: '2026-11-21T10:00:00.000Z',
      uri: 'https://api.example.com/test-service',
      verb: 'GET',
      headers: { accept: '*/*' },
      apiVersion: '1.2.0',
      ipAddress: '203.0.113.9',
    },
    response: { time: '2026-11-21T10:00:00.025Z', status: 200, headers: { 'x-kind': 'test' } },
    userId: 'cus_1',
    companyId: 'sub_1',
    sessionToken: 'session-1',
    metadata: { plan: 'standard' },
    direction: 'Incoming',
    weight: 1,
    ...changes,
  };
}

let last = 0;

/** An id that no other run uses, as the real Moesif keeps what it is sent. */
export function freshId(prefix: string): string {
  last += 1;
  return `${prefix}_${Date.now().toString(36)}${process.pid.toString(36)}${last}`;
}
