import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Farebox, request, startFarebox } from '../support/farebox.js';
import { freePort } from '../support/free-port.js';
import { runProcess } from '../support/processes.js';

let farebox: Farebox;
let operators: string;
beforeAll(async () => {
  const port = await freePort();
  operators = `http://127.0.0.1:${port}`;
  farebox = await startFarebox({ METRICS_PORT: String(port) });
});
afterAll(() => farebox?.stop());

it('METRICS_PORT has the metrics, and PORT has them no more', async () => {
  expect((await request(`${operators}/metrics`)).text).toContain('farebox_ledger_away 0');
  for (const path of ['/metrics', '/metrics?x', '/metrics/', '/%6detrics'])
    expect(await request(`${farebox.url}${path}`)).toMatchObject({
      status: 404,
      json: { code: 'not_found' },
    });
});

it('readiness has its reasons at METRICS_PORT alone', async () => {
  expect(await request(`${operators}/health/ready`)).toMatchObject({
    status: 200,
    json: { status: 'ok', details: { database: { status: 'up' } } },
  });
  for (const path of ['/health/ready', '/health/ready/', '/%68ealth/ready']) {
    const { status, json } = await request(`${farebox.url}${path}`);
    expect([status, json['details'], json['info']]).toEqual([expect.any(Number), undefined, undefined]);
  }
  expect((await request(`${farebox.url}/health/ready`)).json).toEqual({ status: 'ok' });
  expect((await request(`${operators}/health/live`)).status).toBe(200);
});

it.each(['/', '/plans', '/openapi.json', '/test-service', '/admin/accounts', '/docs'])(
  'METRICS_PORT does not serve %s',
  async (path) => expect((await request(`${operators}${path}`)).status).toBe(404),
);

it('a METRICS_PORT that is taken ends the start with what to do', async () => {
  const { code, output } = await runProcess({
    script: fileURLToPath(new URL('../../dist/main.js', import.meta.url)),
    env: { ...farebox.env, PORT: '0' },
    cwd: farebox.env['FAREBOX_HOME'] ?? '',
  });
  expect([code, output()]).toEqual([1, expect.stringMatching(/Port \d+ is in use.*METRICS_PORT/)]);
});
