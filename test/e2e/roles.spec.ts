import { afterEach, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox | undefined;
afterEach(() => farebox?.stop());

const metric = async (url: string, name: string): Promise<number> =>
  Number(new RegExp(`^farebox_${name} (\\d+)`, 'm').exec((await request(`${url}/metrics`)).text)?.[1]);

it('http.200 in the role http calls are answered and recorded; a worker counts, reports and sends them on', async () => {
  const served = await startFarebox({ ROLE: 'http', REPORT_INTERVAL: '1s' });
  farebox = served;
  const { json } = await post(`${served.url}/register`, newPerson());
  const token = String(json['jwt']);
  const call = async () => (await request(`${served.url}/test-service`, bearer(token))).status;
  expect([await call(), await call()]).toEqual([200, 200]);
  expect(await query(served, 'select count(*)::int as calls from calls')).toEqual([{ calls: 2 }]);
  // Nobody is there who does it.
  expect(await metric(served.url, 'topic_deliveries_pending')).toBeGreaterThan(0);

  const worker = await served.startSibling({ ROLE: 'worker', REPORT_INTERVAL: '1s' });
  await until(async () => {
    const [usage] = await query(served, 'select sum(told)::int as reported from meter_usage');
    return usage?.['reported'] === 2;
  });
  await until(async () => (await metric(served.url, 'topic_deliveries_pending')) === 0);
  expect(await metric(worker.url, 'meter_calls_counted_total')).toBeGreaterThan(0);
  expect(await metric(served.url, 'meter_calls_counted_total')).toBe(0);
  await until(async () => (await metric(worker.url, 'analytics_exchanges_sent_total')) === 2);

  const changed = await post(
    `${served.url}/account/plan`,
    { plan: 'volume' },
    { authorization: `Bearer ${token}` },
  );
  expect([changed.status, changed.json['pendingChange']]).toMatchObject([200, { plan: 'volume' }]);
  await worker.process.kill('SIGKILL');
  expect(await call()).toBe(200);
});

it('worker.404 in the role worker only health and metrics are answered', async () => {
  const worker = await startFarebox({ ROLE: 'worker' });
  farebox = worker;
  const status = async (path: string) => (await request(`${worker.url}${path}`)).status;
  for (const path of ['/health/live', '/health/ready', '/metrics'])
    expect([path, await status(path)]).toEqual([path, 200]);
  for (const path of ['/plans', '/test-service', '/account', '/docs', '/openapi.json', '/admin', '/'])
    expect([path, await status(path)]).toEqual([path, 404]);
  expect((await post(`${worker.url}/register`, newPerson())).status).toBe(404);
  expect((await post(`${worker.url}/webhooks/stripe`, {})).status).toBe(404);
});
