import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { ADMIN_TOKEN, Operator } from '../support/operator.js';
import { runProcess, until } from '../support/processes.js';

const METER = 'test-service-calls';
const HOUR_MS = 3_600_000;

let farebox: Farebox;
let operator: Operator;
beforeAll(async () => {
  farebox = await startFarebox({ ADMIN_TOKEN, USAGE_SETTLING: '1s' });
  operator = new Operator(farebox);
  await post(`${farebox.stripeUrl}/_sandbox/settings`, { summaryLagMs: 6 * HOUR_MS });
}, 60_000);
afterAll(() => farebox?.stop());

const cli = (...args: string[]) =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args,
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });

/** Somebody whose calls Stripe took, and does not show. */
async function absentCustomer(calls: number): Promise<{ customerId: string; periodStart: string }> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  const customerId = String(json['customerId']);
  for (let n = 0; n < calls; n++) await request(`${farebox.url}/test-service`, bearer(String(json['jwt'])));
  const rows = await until(async () => {
    await cli('usage', 'report');
    const found = await query(
      farebox,
      'select starts_at from usage_intents where customer_id = $1 and absent_at is not null',
      [customerId],
    );
    return found.length > 0 ? found : undefined;
  }, 90_000);
  return { customerId, periodStart: new Date(String(rows[0]?.['starts_at'])).toISOString() };
}

const intentsOf = async (customerId: string) =>
  (
    await query(
      farebox,
      'select n, value::int as value, state from usage_intents where customer_id = $1 order by n',
      [customerId],
    )
  ).map(({ n, value, state }) => `${n}: ${value} ${state}`);

describe('usage that Stripe took and does not show', () => {
  it('usage lost: lists it with exit code 1; usage resend: has it reported again, once it is told --yes', async () => {
    const { customerId, periodStart } = await absentCustomer(3);
    const listed = await cli('usage', 'lost');
    expect(listed.code).toBe(1);
    expect(listed.stdout()).toMatch(new RegExp(`${customerId}.*${METER}.*${periodStart}.*3.*none yet`));
    const { rows } = JSON.parse((await cli('usage', 'lost', '--json')).stdout()) as { rows: object[] };
    expect(rows).toContainEqual(
      expect.objectContaining({ customerId, meter: METER, periodStart, n: 1, units: '3', evidence: null }),
    );
    const which = [customerId, METER, periodStart];
    const unsure = await cli('usage', 'resend', ...which);
    expect([unsure.code, unsure.stderr()]).toEqual([expect.any(Number), expect.stringContaining('--yes')]);
    expect(unsure.code).not.toBe(0);
    expect(await intentsOf(customerId)).toEqual(['1: 3 sent']);
    const done = await cli('usage', 'resend', ...which, '--yes', '--json');
    expect([done.code, JSON.parse(done.stdout())]).toEqual([0, { events: 1, units: '3' }]);
    await cli('usage', 'report');
    expect(await intentsOf(customerId)).toEqual(['1: 3 lost', '2: 3 sent']);
  });

  it('usage waive: gives it up, and it is not missing; again there is nothing to give up', async () => {
    const { customerId, periodStart } = await absentCustomer(2);
    const which = [customerId, METER, periodStart];
    expect((await cli('usage', 'waive', ...which)).code).not.toBe(0);
    const done = await cli('usage', 'waive', ...which, '--yes');
    expect([done.code, done.stdout().trim()]).toEqual([0, '1 events, 2 units: waived.']);
    await cli('usage', 'report');
    expect(await intentsOf(customerId)).toEqual(['1: 2 waived']);
    const again = await cli('usage', 'waive', ...which, '--yes');
    expect([again.code, again.stderr()]).toEqual([1, expect.stringMatching(/include everything/)]);
    const reconciled = await cli('usage', 'reconcile', '--customer', customerId, '--all', '--json');
    expect(JSON.parse(reconciled.stdout())).toMatchObject({ rows: [{ waived: '2', verdict: 'equal' }] });
  });

  it('/admin/usage: lost, resend and waive do the same', async () => {
    const [one, other] = [await absentCustomer(1), await absentCustomer(4)];
    const { status, json } = await operator.get('usage/lost');
    expect(status).toBe(200);
    expect(json['events']).toContainEqual({
      customerId: one.customerId,
      meter: METER,
      periodStart: one.periodStart,
      number: 1,
      units: '1',
      sentAt: expect.any(String),
      absentSince: expect.any(String),
      evidence: null,
    });
    expect(await operator.post('usage/resend', { ...one, meter: METER })).toMatchObject({
      status: 200,
      json: { events: 1, units: '1' },
    });
    expect(await operator.post('usage/waive', { ...other, meter: METER, cancel: false })).toMatchObject({
      status: 200,
      json: { events: 1, units: '4' },
    });
    await cli('usage', 'report');
    expect(await intentsOf(one.customerId)).toEqual(['1: 1 lost', '2: 1 sent']);
    expect(await intentsOf(other.customerId)).toEqual(['1: 4 waived']);
    expect(await operator.post('usage/waive', { ...other, meter: METER })).toMatchObject({
      status: 409,
      json: { code: 'change_refused' },
    });
  });

  it.each([
    ['resend', { customerId: 'cus_1', meter: METER }, 'periodStart'],
    ['waive', { customerId: 'ada', meter: METER, periodStart: '2026-11-21T08:00:00.000Z' }, 'customerId'],
    [
      'waive',
      { customerId: 'cus_1', meter: METER, periodStart: '2026-11-21T08:00:00.000Z', cancel: 'yes' },
      'cancel',
    ],
  ])('/admin/usage/%s names a bad field', async (route, body, field) => {
    const { status, json } = await operator.post(`usage/${route}`, body);
    expect([status, (json['errors'] as { field: string }[]).map((one) => one.field)]).toEqual([400, [field]]);
  });
});
