import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox();
});
afterAll(() => farebox?.stop());

async function register(): Promise<{ token: string; customerId: string }> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  return { token: String(json['jwt']), customerId: String(json['customerId']) };
}

const usage = (token: string, search = '') => request(`${farebox.url}/account/usage${search}`, bearer(token));
const call = (token: string) => request(`${farebox.url}/test-service`, bearer(token));

interface Usage {
  meter: string;
  period: { start: string; end: string; value: string };
  previous: unknown;
  buckets: { start: string; value: string }[];
}
const metersOf = (json: Readonly<Record<string, unknown>>): Usage[] => json['meters'] as Usage[];
const sumOf = (buckets: Usage['buckets'] = []): number =>
  buckets.reduce((sum, { value }) => sum + Number(value), 0);

describe('account-usage.200', () => {
  it('shows nothing at first, and then each call within seconds', async () => {
    const { token } = await register();
    expect(metersOf((await usage(token)).json)).toMatchObject([
      {
        meter: 'test-service-calls',
        displayName: 'Calls of /test-service',
        metric: 'event_count',
        aggregation: 'sum',
        period: { value: '0' },
        previous: null,
      },
    ]);
    await Promise.all([call(token), call(token), call(token)]);
    const [counted] = await until(async () => {
      const meters = metersOf((await usage(token)).json);
      return meters[0]?.period.value === '3' && meters;
    }, 15_000);
    expect(sumOf(counted?.buckets)).toBe(3);
    const [hourly] = metersOf((await usage(token, '?granularity=hour')).json);
    expect(sumOf(hourly?.buckets)).toBe(3);
    expect(hourly?.buckets.at(-1)?.start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/);
    const [byPeriod] = metersOf((await usage(token, '?granularity=period')).json);
    expect(byPeriod?.buckets).toEqual([{ start: byPeriod?.period.start, value: '3' }]);
  });

  it('shows no account but their own', async () => {
    const [one, other] = [await register(), await register()];
    await call(one.token);
    await until(async () => metersOf((await usage(one.token)).json)[0]?.period.value === '1', 15_000);
    const { json } = await usage(other.token);
    expect(metersOf(json)[0]?.period.value).toBe('0');
    expect(sumOf(metersOf(json)[0]?.buckets)).toBe(0);
    expect((await usage(other.token, `?customerId=${one.customerId}`)).status).toBe(400);
  });

  it('also while the subscription does not allow calls', async () => {
    const { token, customerId } = await register();
    await query(farebox, `update accounts set status = 'canceled' where customer_id = $1`, [customerId]);
    await query(farebox, `select pg_notify('account_changed', $1)`, [customerId]);
    await until(async () => (await call(token)).status === 402);
    expect((await usage(token)).status).toBe(200);
  });
});

describe('account-usage.400 names the field', () => {
  it.each([
    ['granularity=minute', 'granularity'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30', 'to'],
    ['from=2026-03-02&to=2026-03-01', 'to'],
    ['granularity=hour&from=2026-01-01&to=2026-03-01', 'from'],
    ['from=2020-01-01', 'from'],
    ['from=2026-01-01&from=2026-01-02', 'from'],
    ['page=2', 'page'],
  ])('?%s', async (search, field) => {
    const { token } = await register();
    const { status, json } = await usage(token, `?${search}`);
    expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field })]]);
  });
});

it('account-usage.401 without a token', async () => {
  const { status, json } = await request(`${farebox.url}/account/usage`);
  expect([status, json['code']]).toEqual([401, 'token_missing']);
});

it('account-usage.403 for a token of an end user', async () => {
  const { token } = await register();
  const { json } = await post(
    `${farebox.url}/account/tokens`,
    { name: 'of a user', user: 'user-42' },
    { authorization: `Bearer ${token}` },
  );
  const { status, json: problem } = await usage(String(json['jwt']));
  expect([status, problem['code']]).toEqual([403, 'forbidden']);
});
