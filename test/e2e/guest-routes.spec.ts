import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { request } from '../support/farebox.js';
import { type Host, startHost, WEBHOOK_SECRET } from '../support/guest.js';
import { newCustomer } from '../support/in-process.js';
import { ADMIN_TOKEN } from '../support/operator.js';
import { until } from '../support/processes.js';
import { deliverEvent, signEvent } from '../support/webhooks.js';

interface Case {
  name: string;
  adapter: () => AbstractHttpAdapter;
  globalPrefix?: string;
  prefix?: string;
  rawBody?: boolean;
}

const CASES: Case[] = [
  { name: 'on Fastify', adapter: () => new FastifyAdapter() },
  { name: 'on Express, which keeps raw bodies', adapter: () => new ExpressAdapter(), rawBody: true },
  {
    name: 'on Fastify, which keeps raw bodies, under two prefixes',
    adapter: () => new FastifyAdapter(),
    globalPrefix: 'api',
    prefix: 'billing',
    rawBody: true,
  },
  {
    name: 'on Express, under two prefixes',
    adapter: () => new ExpressAdapter(),
    globalPrefix: 'api',
    prefix: 'billing',
  },
];

let made = 0;
const event = (more: object = {}) => ({
  id: `evt_guest_${++made}`,
  object: 'event',
  type: 'radar.early_fraud_warning.created',
  created: Math.floor(Date.now() / 1_000),
  data: { object: { object: 'radar.early_fraud_warning', id: 'issfr_1', ...more } },
});

describe.each(CASES)('$name', ({ adapter, globalPrefix, prefix, rawBody = false }) => {
  const mount = [globalPrefix, prefix].map((part) => (part === undefined ? '' : `/${part}`)).join('');
  let host: Host;
  let base: string;

  beforeAll(async () => {
    host = await startHost({
      adapter: adapter(),
      rawBody,
      ...(globalPrefix === undefined ? {} : { globalPrefix }),
      ...(prefix === undefined ? {} : { farebox: { routes: { prefix } } }),
    });
    base = host.origin + mount;
    await until(async () => (await fetch(`${base}/health/ready`)).ok);
  });
  afterAll(() => host?.stop());

  const form = (path: string, body: string, type = 'application/x-www-form-urlencoded') =>
    request(base + path, { method: 'POST', headers: { 'content-type': type }, body });

  it('webhooks.200: an event is stored, also one that is larger than the bodies of the application', async () => {
    for (const size of [1, 900_000]) {
      const answer = await deliverEvent(base, signEvent(event({ note: 'x'.repeat(size) }), WEBHOOK_SECRET));
      expect([size, answer.status, answer.json]).toEqual([size, 200, { received: true }]);
    }
  });

  it('webhooks.400 and 413, as problem details', async () => {
    const forged = await deliverEvent(base, signEvent(event(), 'whsec_of_somebody_else'));
    expect([forged.status, forged.json['code']]).toEqual([400, 'malformed_request']);
    const unsigned = await deliverEvent(base, { body: '{"half": ' });
    expect([unsigned.status, unsigned.json['detail']]).toEqual([
      400,
      'The Stripe-Signature header is missing.',
    ]);
    const huge = await deliverEvent(base, signEvent(event({ note: 'x'.repeat(1_100_000) }), WEBHOOK_SECRET));
    expect([huge.status, huge.json['code']]).toEqual([413, 'payload_too_large']);
  });

  it('a webhook that comes in pieces and without its length', async () => {
    const { body, signature = '' } = signEvent(event({ note: '\u00e9'.repeat(1_000) }), WEBHOOK_SECRET);
    const bytes = Buffer.from(body);
    const answer = await fetch(`${base}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'stripe-signature': signature },
      body: ReadableStream.from([bytes.subarray(0, 201), bytes.subarray(201)]),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(200);
  });

  it('forms are read, and answered with pages that lead to where they are', async () => {
    const ask = await request(`${base}/sign-in`);
    expect(ask.text).toContain(`<form method="post" action="${mount}/sign-in/mail">`);
    const refused = await form('/sign-in/mail', 'email=a%26b+c');
    expect([refused.status, refused.text.includes('value="a&amp;b c"')]).toEqual([400, true]);
    const unknown = await form('/checkout/link', 'token=unknown');
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(unknown.text).toContain(`href="${mount}/pricing"`);
    const style = /href="([^"]+base\.css)"/.exec(unknown.text)?.[1] ?? '';
    expect((await request(host.origin + style)).status).toBe(200);
  });

  it('HEAD of the way back from a payment has the type of the page', async () => {
    const { status, headers } = await request(`${base}/checkout/return`, { method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it.each([
    ['too much of a form', 413, `token=${'x'.repeat(5_000)}`, undefined],
    ['JSON', 415, '{"token":"x"}', 'application/json'],
    ['nothing', 404, '', undefined],
  ])('%s in a form: %i, as a page', async (_what, status, body, type) => {
    const answer = await form('/checkout/link', body, type);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.text).toContain('<h1');
  });

  it('the pages are there, with what they load', async () => {
    for (const path of ['/dashboard', '/pricing', '/admin/ui', '/scripts/dashboard/dashboard-page.js'])
      expect([path, (await request(base + path)).status]).toEqual([path, 200]);
    // The application has its own.
    expect((await request(`${base}/`)).status).toBe(404);
  });

  it('calls as CSV, as a stream, and their headers for HEAD', async () => {
    const { token } = await newCustomer(host.app);
    const headers = { authorization: `Bearer ${token}` };
    const csv = await request(`${base}/account/calls?format=csv`, { headers });
    expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="calls.csv"');
    expect(csv.headers.get('cache-control')).toBe('no-store');
    expect(csv.text).toMatch(/^id,startedAt,verb,.*\r\n$/);
    const head = await request(`${base}/account/calls?format=csv`, { method: 'HEAD', headers });
    expect([head.status, head.headers.get('content-type'), head.text]).toEqual([
      200,
      'text/csv; charset=utf-8',
      '',
    ]);
  });

  it('the live log of calls ends when its reader leaves', async () => {
    const { token } = await newCustomer(host.app);
    const leave = new AbortController();
    const live = await fetch(`${base}/account/calls/live`, {
      headers: { authorization: `Bearer ${token}` },
      signal: leave.signal,
    });
    expect(live.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { value } = (await live.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain(': live');
    const open = () =>
      host.app.get(Metrics, { strict: false }).registry.getSingleMetricAsString('farebox_live_call_logs');
    expect(await open()).toMatch(/ 1$/m);
    leave.abort();
    await until(async () => / 0$/m.test(await open()));
  });

  it('the operator signs in, and the cookie is for the routes of the operator', async () => {
    const headers = { 'content-type': 'application/json' };
    const signedIn = await request(`${base}/admin/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: ADMIN_TOKEN }),
    });
    expect(signedIn.status).toBe(200);
    const [cookie = '', ...attributes] = (signedIn.headers.get('set-cookie') ?? '').split('; ');
    expect(attributes).toEqual([`Path=${mount}/admin`, 'HttpOnly', 'SameSite=Strict', 'Max-Age=3600']);
    expect((await request(`${base}/admin/meters`, { headers: { cookie } })).status).toBe(200);
    expect((await request(`${base}/admin/meters`)).status).toBe(401);
    const fromElsewhere = { cookie, 'sec-fetch-site': 'cross-site' };
    const crossed = await request(`${base}/admin/session`, { method: 'DELETE', headers: fromElsewhere });
    expect([crossed.status, crossed.json['code']]).toEqual([403, 'forbidden']);
    const out = await request(`${base}/admin/session`, { method: 'DELETE', headers: { cookie } });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await request(`${base}/admin/meters`, { headers: { cookie } })).status).toBe(401);
  });

  it('a test of a meter is followed as it goes', async () => {
    const authorization = `Bearer ${ADMIN_TOKEN}`;
    const answer = await fetch(`${base}/admin/meters/test-service-calls/test`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"timeoutSeconds": 10}',
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const { value } = (await answer.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toMatch(/^event: test\n/);
    const stopped = await fetch(`${base}/admin/meters/test-service-calls/test`, {
      method: 'DELETE',
      headers: { authorization },
    });
    expect(stopped.status).toBe(204);
  });
});
