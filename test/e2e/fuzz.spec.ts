import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiQuery } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiDocument } from '../../src/api-document.js';
import { Public } from '../../src/modules/auth/index.js';
import {
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
  STRIPE_KEY,
  stripeList,
  TOKEN_SECRET,
} from '../support/farebox.js';
import { fuzz, type FuzzTarget } from '../support/fuzz/fuzz.js';
import { type ApiDocument, type Operation, operationsOf } from '../support/fuzz/operations.js';
import { sendRaw } from '../support/fuzz/raw-request.js';
import { startInProcess } from '../support/in-process.js';
import { ADMIN_TOKEN } from '../support/operator.js';

/** Another one each time, so that what is looked at adds up. `FUZZ_SEED` repeats one; `FUZZ_RUNS` are requests a route. */
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);

const file = new URL('../../openapi.json', import.meta.url);
const documented = operationsOf(JSON.parse(readFileSync(file, 'utf8')) as ApiDocument);
const PAGE_OR_PROBLEM = ['text/html', 'application/problem+json'];
/** What Stripe and our own pages ask, and nobody else needs to know of. */
const undocumented = ['/webhooks/stripe', '/checkout/link', '/checkout/link/mail'].map((path): Operation => ({
  name: `POST ${path}`,
  method: 'POST',
  path,
  parameters: [{ name: 'stripe-signature', in: 'header', schema: { example: 't=1,v1=00' } }],
  body: { type: 'object', properties: { token: {}, session_id: {} } },
  answers: new Map([200, 400, 404, 408, 410, 413, 415, 431].map((status) => [status, PAGE_OR_PROBLEM])),
  schemas: {},
}));
const operations = [...documented, ...undocumented];
const secrets = [ADMIN_TOKEN, TOKEN_SECRET, STRIPE_KEY];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let farebox: Farebox;
let known: FuzzTarget['known'];

beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    ADMIN_TOKEN,
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
    TRUSTED_PROXIES: '127.0.0.1',
  }));
  known = await whatIsThere();
});
afterAll(async () => {
  agent.destroy();
  await farebox?.stop();
});

async function register(): Promise<Record<'email' | 'jwt' | 'customerId' | 'subscriptionId', string>> {
  const person = newPerson();
  const { json } = await post(`${farebox.url}/register`, person);
  return { email: person.email, ...json } as Awaited<ReturnType<typeof register>>;
}

/** Ids of an account with calls, tokens and an invoice: another one's than those who ask. */
async function whatIsThere(): Promise<FuzzTarget['known']> {
  const { email, jwt, customerId, subscriptionId } = await register();
  const headers = { authorization: `Bearer ${jwt}` };
  const call = await request(`${farebox.url}/test-service`, { headers });
  const token = await post(`${farebox.url}/account/tokens`, { name: 'other' }, headers);
  const jti = String(token.json['jti']);
  const { json: checkout } = await post(`${farebox.url}/checkout`, { plan: 'volume' });
  await post(`${farebox.url}/account/cancel`, {}, headers);
  const [invoice] = await stripeList(farebox, '/v1/invoices');
  const [event] = await stripeList(farebox, '/v1/events');
  const lines = (invoice?.['lines'] as { data: { id: string }[] } | undefined)?.data ?? [];
  return {
    customerId: [customerId],
    email: [email],
    q: [email, customerId, subscriptionId],
    jti: [jti],
    cursor: [String(call.headers.get('x-request-id')), jti],
    id: [String(invoice?.['id'])],
    line: lines.map(({ id }) => id),
    ids: [String(event?.['id'])],
    session_id: [String(checkout['sessionId'])],
    plan: ['standard', 'package', 'graduated', 'volume'],
    name: ['test-service-calls'],
    meter: ['test-service-calls'],
  };
}

/** An account of its own for each route: what one leaves behind is not what another one finds. */
async function principals(): Promise<FuzzTarget['principals']> {
  const { jwt } = await register();
  const headers = { authorization: `Bearer ${jwt}` };
  const issued = await post(`${farebox.url}/account/tokens`, { name: 'app', user: 'user-42' }, headers);
  const bearer = (token: unknown) => [['authorization', `Bearer ${String(token)}`]] as const;
  return {
    anonymous: [],
    owner: bearer(jwt),
    'end user': bearer(issued.json['jwt']),
    operator: bearer(ADMIN_TOKEN),
  };
}

describe(`with FUZZ_SEED=${seed}`, () => {
  it.each(operations)('$name answers as documented, whatever it is sent', async (operation) => {
    const target = { url: farebox.url, agent, principals: await principals(), known, secrets };
    expect(await fuzz(target, operation, { seed, runs })).toBeUndefined();
  });

  it('the application goes on as before', async () => {
    expect((await request(`${farebox.url}/health/ready`)).status).toBe(200);
    expect(farebox.app.output()).not.toMatch(/nobody foresaw|rejected that nobody waits for/);
  });
});

describe('what it found', () => {
  const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  it.each([
    ['POST', '/checkout', '{"email":null}', [], 200],
    ['POST', '/register', '{"email":"null@example.com","firstname":"A","lastname":"B","plan":null}', [], 200],
    ['GET', '/admin/accounts/%00', undefined, [], 400],
    ['GET', '/admin/accounts?q=%00', undefined, [], 400],
    [
      'POST',
      '/admin/usage/adjust',
      '{"customerId":"cus_1","meter":"\\u0000","periodStart":"2026-11-21T08:00:00Z"}',
      [],
      400,
    ],
    ['POST', '/admin/meters/test-service-calls/test', deep, [], 400],
    ['POST', '/account/billing-portal', undefined, [['host', 'attacker.example:99999'] as const], 200],
  ])('%s %s', async (method, target, body, headers, status) => {
    const { jwt } = await register();
    const token = target.startsWith('/admin') ? ADMIN_TOKEN : jwt;
    const answer = await sendRaw(
      farebox.url,
      {
        method,
        target,
        headers: [
          ['authorization', `Bearer ${token}`],
          ...headers,
          ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
        ],
        body,
      },
      agent,
    );
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  });
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
it.each([...new Set(documented.map(({ path }) => path))])('%s refuses every other method', async (path) => {
  const there = operations.filter((operation) => operation.path === path).map(({ method }) => method);
  const target = path.replaceAll(/\{.+?\}/g, 'x');
  for (const method of METHODS.filter((each) => !there.includes(each))) {
    const sent = { method, target, headers: [['content-type', 'application/json'] as const], body: '{}' };
    const answer = await sendRaw(farebox.url, sent, agent);
    // A page for people may have the address of a route.
    if (method === 'GET' && answer.status === 200 && answer.text.startsWith('<!doctype html>')) continue;
    expect([method, answer.status, JSON.parse(answer.text)]).toEqual([
      method,
      404,
      expect.objectContaining({ requestId: answer.headers['x-request-id'] }),
    ]);
  }
});

describe('what is no HTTP', () => {
  const line = 'GET /plans HTTP/1.1\r\nhost: x\r\n';
  it.each([
    ['NUL in a header', `${line}x: a\0b\r\n\r\n`, 400],
    ['two lengths', `${line}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 400],
    ['length and chunks', `${line}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`, 400],
    ['another version', 'GET /plans HTTP/9.9\r\n\r\n', 400],
    ['an unknown method', 'STEAL /plans HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['blanks in the URL', 'GET /plans /plans HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['headers without an end', `${line}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a long URL', `GET /plans?${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ])('%s is refused as every error is', async (_what, bytes, status) => {
    const socket = connect(Number(new URL(farebox.url).port), '127.0.0.1');
    socket.write(bytes, 'latin1');
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const id = /^x-request-id: (.+)$/im.exec(head)?.[1];
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String), requestId: id });
  });

  it('an expectation that nobody knows is none', async () => {
    const sent = {
      method: 'GET',
      target: '/plans',
      headers: [['expect', '200-ok'] as const],
      body: undefined,
    };
    expect((await sendRaw(farebox.url, sent, agent)).status).toBe(200);
  });
});

describe('a fault that is planted', () => {
  class Answer {
    @ApiProperty()
    n!: number;
  }

  @Public()
  @Controller('planted')
  class Planted {
    @Get('throws')
    @ApiQuery({ name: 'n', type: 'integer', required: false })
    @ApiOkResponse({ type: Answer })
    throws(@Query('n') n?: string): Answer {
      if (Number(n) > 900) throw new Error('too large');
      return { n: 1 };
    }

    @Post('teapot')
    @HttpCode(418)
    @ApiOkResponse({ type: Answer })
    teapot(): Answer {
      return { n: 1 };
    }

    @Get('text')
    @ApiOkResponse({ type: Answer })
    text(): string {
      return 'no JSON';
    }

    @Get('sound')
    @ApiQuery({ name: 'n', type: 'integer', required: false })
    @ApiOkResponse({ type: Answer })
    sound(): Answer {
      return { n: 1 };
    }
  }

  it.each([
    ['GET /planted/throws', /answers 500.*\n[^]*As anonymous: (GET|HEAD) \/planted\/throws\?n=\S+\n/],
    ['POST /planted/teapot', /answers 418, which the document does not have/],
    ['GET /planted/text', /answers 200 as text\/plain, not as documented/],
    ['GET /planted/sound', undefined],
  ])('%s', async (name, complaint) => {
    const world = await startInProcess([Planted]);
    const document = createApiDocument(world.app) as unknown as ApiDocument;
    const operation = operationsOf(document).find((each) => each.name === name) as Operation;
    const target = { url: world.url, agent, principals: { anonymous: [] }, known: {}, secrets: [] };
    const found = await fuzz(target, operation, { seed, runs });
    await world.stop();
    if (complaint) expect(found).toMatch(complaint);
    else expect(found).toBeUndefined();
  });
});
