import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
  STRIPE_KEY,
} from '../support/farebox.js';
import { until } from '../support/processes.js';
import { type ReceivedSpan, startTraceCollector, type TraceCollector } from '../support/trace-collector.js';

let collector: TraceCollector;
let farebox: Farebox;
const person = newPerson();
let token: string;

beforeAll(async () => {
  collector = await startTraceCollector();
  farebox = await startFarebox({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of-the-collector=',
  });
  const { json } = await post(`${farebox.url}/register`, person);
  token = String(json['jwt']);
  await request(`${farebox.url}/test-service?access_token=${token}&email=${person.email}`, bearer(token));
});
afterAll(async () => {
  await farebox?.stop();
  collector?.close();
});

/** The span of that name, once it has arrived. */
const arrived = (name: string): Promise<ReceivedSpan> =>
  until(() => collector.spans.find((span) => span.name === name), 15_000);

it('a request is a trace: its queries and its calls to Stripe are within', async () => {
  const registered = await arrived('POST /register');
  expect(registered.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/register',
    'http.response.status_code': 200,
    'farebox.request_id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(registered.parentSpanId ?? '').toBe('');
  const within = (await until(() => {
    const found = collector.spans.filter(({ parentSpanId }) => parentSpanId === registered.spanId);
    return found.length > 5 && found;
  })) as ReceivedSpan[];
  const insert = within.find(({ name }) => name === 'insert registrations');
  expect(insert?.attributes['db.query.text']).toContain('insert into "farebox"."registrations"');
  expect(within.find(({ name }) => name === 'POST 127.0.0.1')?.attributes).toMatchObject({
    'url.template': '/v1/customers',
    'http.response.status_code': 200,
  });
  expect(new Set(within.map(({ traceId }) => traceId))).toEqual(new Set([registered.traceId]));
});

it('a paid call and a job are traces of their own', async () => {
  const called = await arrived('GET /test-service');
  expect(called.attributes).toMatchObject({ 'http.route': '/test-service' });
  const job = await until(() => collector.spans.find(({ name }) => /^(?:job|sweep) /.test(name)), 15_000);
  expect(job.traceId).not.toBe(called.traceId);
});

it('nothing that is sent holds a token, a key, an email or a value of a query', async () => {
  await arrived('GET /test-service');
  for (const secret of [token, STRIPE_KEY, person.email, 'Lovelace', 'access_token', 'of-the-collector'])
    expect(collector.text()).not.toContain(secret);
  expect(collector.headers[0]).toMatchObject({ 'api-key': 'of-the-collector=' });
});

it('health checks, and the sending itself, are no traces', async () => {
  await request(`${farebox.url}/health/live`);
  await request(`${farebox.url}/plans`);
  await arrived('GET /plans');
  expect(collector.text()).not.toContain('/health/');
  expect(collector.text()).not.toContain('/v1/traces');
});

it('what is left is sent before the process ends', async () => {
  const sent = collector.spans.length;
  await request(`${farebox.url}/checkout/options`);
  expect(await farebox.app.stop()).toEqual({ code: 0, signal: null });
  expect(collector.spans.slice(sent).map(({ name }) => name)).toContain('GET /checkout/options');
});

it('a collector that is away is told of, and holds nothing up', async () => {
  await farebox.startApp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect((await request(`${farebox.url}/test-service`, bearer(token))).status).toBe(200);
  // A shutdown that is cut short has another code.
  expect(await farebox.app.stop()).toEqual({ code: 0, signal: null });
  expect(farebox.app.output()).toContain('Traces could not be sent');
  await farebox.startApp({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
});
