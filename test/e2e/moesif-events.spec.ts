import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  moesifList,
  newPerson,
  post,
  request,
  startFarebox,
} from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
let token: string;

beforeAll(async () => {
  farebox = await startFarebox();
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
});
afterAll(() => farebox?.stop());
beforeEach(() => post(`${farebox.moesifUrl}/_sandbox/reset`, {}));

/** One paid call, and traffic that costs nothing. @returns the id of the paid call. */
async function traffic(): Promise<string> {
  await request(`${farebox.url}/test-service`);
  await request(`${farebox.url}/nothing`);
  await request(`${farebox.url}/account`, bearer(token));
  await post(`${farebox.url}/webhooks/stripe`, {});
  const { headers } = await request(`${farebox.url}/test-service`, bearer(token));
  return String(headers.get('x-request-id'));
}

/** What reached Moesif by the time the process had ended, and with that had sent all it had. It is started again. */
async function sent(): Promise<{ id: unknown; status: unknown; uri: string }[]> {
  expect((await farebox.app.kill('SIGTERM')).code).toBe(0);
  const events = (await moesifList(farebox, 'events')) as unknown as {
    transaction_id: string;
    request: { uri: string };
    response: { status: number };
  }[];
  await farebox.startApp();
  return events.map(({ transaction_id: id, request: { uri }, response: { status } }) => ({
    id,
    status,
    uri: new URL(uri).pathname,
  }));
}

it('paid calls alone become events, each with its id as the transaction', async () => {
  const id = await traffic();
  expect(await sent()).toEqual([{ id, status: 200, uri: '/test-service' }]);
});

it('with MOESIF_EVENTS=all the rest does too', async () => {
  await farebox.app.kill('SIGTERM');
  await farebox.startApp({ MOESIF_EVENTS: 'all' });
  await traffic();
  expect((await sent()).map(({ status, uri }) => `${String(status)} ${uri}`).toSorted()).toEqual([
    '200 /account',
    '200 /test-service',
    '401 /test-service',
    '404 /nothing',
    '404 /webhooks/stripe',
  ]);
});

it('a call whose acknowledgement was lost stands there once', async () => {
  await post(`${farebox.moesifUrl}/_sandbox/faults`, { path: '/v1/events/batch', drop: 'after', times: 1 });
  const first = await traffic();
  await until(async () => {
    const { json } = await request(`${farebox.moesifUrl}/_sandbox/counts`);
    return Number(json['events']) > 0;
  });
  const second = await traffic();
  expect((await sent()).map(({ id }) => id)).toEqual([first, second]);
});
