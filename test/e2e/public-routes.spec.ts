import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Farebox, request, startFarebox } from '../support/farebox.js';
import { freePort } from '../support/free-port.js';
import { runProcess } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox();
});
afterAll(() => farebox?.stop());

const get = (path: string) => request(farebox.url + path);

it('plans.200 shows every plan with its price in a sentence', async () => {
  const { status, json } = await get('/plans');
  expect(status).toBe(200);
  expect(json['plans']).toMatchObject([
    {
      id: 'standard',
      name: 'My API',
      description: 'This is a monetized API',
      price: '$0.10 per call, billed monthly',
      default: true,
    },
    {
      id: 'package',
      price: '$10 per 1,000 calls (partial packages count as full), billed monthly',
      default: false,
    },
    { id: 'graduated', model: 'graduated' },
    {
      id: 'volume',
      model: 'volume',
      tiers: [
        { upTo: 50, amount: '10.00' },
        { upTo: 100, amount: '7.00' },
        { upTo: 'inf', amount: '5.00' },
      ],
    },
  ]);
});

it('docs.200 is Swagger UI, and openapi.json names every route, its errors and the bearer scheme', async () => {
  expect((await get('/docs')).text).toContain('swagger-ui');
  const { json } = await get('/openapi.json');
  expect(Object.keys(json['paths'] as object).sort()).toEqual([
    '/account',
    '/account/billing-portal',
    '/account/calls',
    '/account/calls/live',
    '/account/cancel',
    '/account/invoice-preview',
    '/account/invoices',
    '/account/invoices/{id}/lines',
    '/account/invoices/{id}/lines/{line}/calls',
    '/account/plan',
    '/account/plan/cancel-change',
    '/account/resume',
    '/account/tokens',
    '/account/tokens/{jti}',
    '/account/usage',
    ...[
      'accounts',
      'accounts/{customerId}',
      'catalog/drift',
      'catalog/revenue',
      'catalogue/drift',
      'catalogue/revenue',
      'health',
      'meters',
      'meters/{name}/test',
      'session',
      'usage/adjust',
      'usage/bill-late',
      'usage/checks',
      'usage/lost',
      'usage/reconcile',
      'usage/report',
      'usage/resend',
      'usage/waive',
      'webhooks',
      'webhooks/replay',
    ].map((path) => `/admin/${path}`),
    '/checkout',
    '/checkout/link',
    '/checkout/options',
    '/checkout/return',
    '/plans',
    '/register',
    '/sign-in',
    '/test-service',
  ]);
  expect(json).toMatchObject({
    components: { securitySchemes: { bearer: { scheme: 'bearer' } } },
    paths: { '/test-service': { get: { security: [{ bearer: [] }], responses: { 401: {}, 402: {} } } } },
  });
});

it('health and metrics answer without a token', async () => {
  expect((await get('/health/live')).status).toBe(200);
  expect((await get('/health/ready')).json).toMatchObject({
    status: 'ok',
    info: { database: { status: 'up' } },
  });
  const { text } = await get('/metrics');
  expect(text).toMatch(
    /farebox_http_request_duration_seconds_count\{method="GET",route="\/plans",status="200"\} \d/,
  );
  expect(text).toMatch(/farebox_registrations_pending 0/);
});

describe('404', () => {
  it.each(['/nothing', '/test-service/more', '/admin', '/..%2f..%2fpackage.json'])(
    '%s is a problem with a request id',
    async (path) => {
      const { status, json, headers } = await get(path);
      expect([status, json['code']]).toEqual([404, 'not_found']);
      expect(headers.get('x-request-id')).toBe(json['requestId']);
    },
  );
});

it('400 for a malformed URL', async () => {
  const { status, json } = await get('/%zz');
  expect([status, json['code']]).toEqual([400, 'malformed_request']);
});

describe('start', () => {
  const run = async (env: Record<string, string>) => {
    const cwd = mkdtempSync(join(tmpdir(), 'farebox-start-'));
    try {
      return await runProcess({
        script: fileURLToPath(new URL('../../dist/main.js', import.meta.url)),
        env,
        cwd,
      });
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  };

  it('without settings names every missing key in one message', async () => {
    const { code, stderr } = await run({});
    expect(code).toBe(1);
    expect(stderr()).toContain('STRIPE_KEY is required');
    expect(stderr()).toContain('TOKEN_SECRET is required');
    expect(stderr()).toContain('MOESIF_APPLICATION_ID is not set');
    expect(stderr()).toContain('STRIPE_PRICE_KEY is not set');
  });

  it('with bad settings names every one and no value', async () => {
    const { code, output } = await run({
      STRIPE_KEY: 'pk_live_oops',
      TOKEN_SECRET: 'short',
      PORT: 'eighty',
      TOKEN_TTL: 'soon',
      MOESIF_APPLICATION_ID: 'brief',
    });
    expect(code).toBe(1);
    for (const name of ['STRIPE_KEY', 'TOKEN_SECRET', 'PORT', 'TOKEN_TTL', 'MOESIF_APPLICATION_ID'])
      expect(output()).toContain(name);
    for (const value of ['pk_live_oops', 'short', 'eighty', 'soon', 'brief'])
      expect(output()).not.toContain(value);
  });

  it('on a port in use says so', async () => {
    const { code, stderr } = await run({ ...farebox.env });
    expect([code, stderr()]).toEqual([1, expect.stringMatching(/Set PORT .*to another one/)]);
  });

  it('refuses the data of a sandbox with keys that are not its own', async () => {
    const home = mkdtempSync(join(tmpdir(), 'farebox-home-'));
    writeFileSync(join(home, 'sandbox.env'), '');
    const { code, stderr } = await run({ ...farebox.env, DATABASE_URL: '', FAREBOX_HOME: home });
    expect([code, stderr()]).toEqual([
      1,
      expect.stringContaining('FAREBOX_HOME names a folder with the data of a sandbox'),
    ]);
    rmSync(home, { recursive: true });
  });

  it('with a catalog that is not there says which setting names it', async () => {
    const { code, stderr } = await run({
      ...farebox.env,
      PORT: String(await freePort()),
      CATALOG: 'missing.yaml',
    });
    expect([code, stderr()]).toEqual([1, expect.stringContaining('CATALOG')]);
  });
});
