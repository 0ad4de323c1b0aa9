import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { callTimes, type DailyCustomer, registerAgo, startDailyFarebox } from '../support/daily-billing.js';
import { type Farebox, moesifList, query } from '../support/farebox.js';
import { until } from '../support/processes.js';

const CATALOG = `
currency: usd
withoutCard: unlimited
meters:
  - { name: companies, displayName: Companies, eventName: companies, metric: unique_companies }
  - { name: users, displayName: Users, eventName: users, metric: unique_users }
plans:
  - id: companies
    product: { name: Companies }
    price: { model: standard, amount: 1.00, meter: companies, billingPeriod: { interval: day, count: 1 } }
  - id: users
    product: { name: Users }
    price: { model: standard, amount: 1.00, meter: users, billingPeriod: { interval: day, count: 1 } }
defaultPlan: companies
`;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox({}, CATALOG);
}, 60_000);
afterAll(() => farebox?.stop());

/** Once every call that was made is counted. */
async function counted({ customerId }: DailyCustomer, calls: number): Promise<unknown> {
  await until(async () => {
    const [row] = await query(
      farebox,
      `select (select count(*) from calls where customer_id = $1)::int as calls,
         (select count(*) from ledger_lines where reader = 'meters')::int
           + (select count(*) from meter_waiting)::int as waiting`,
      [customerId],
    );
    return row?.['calls'] === calls && row['waiting'] === 0;
  });
  return query(
    farebox,
    'select meter, value::int as value from meter_usage where customer_id = $1 order by meter',
    [customerId],
  );
}

it('a change of what analytics takes for the company changes no bill, and names companies in analytics', async () => {
  const companies = await registerAgo(farebox, 'companies');
  const users = await registerAgo(farebox, 'users');
  await callTimes(farebox, companies, 1);
  await callTimes(farebox, users, 1);
  expect(await counted(companies, 1)).toEqual([{ meter: 'companies', value: 1 }]);
  expect((await farebox.app.kill('SIGTERM')).code).toBe(0);

  await farebox.startApp({ MOESIF_COMPANY_ID: 'customer' });
  await callTimes(farebox, companies, 1);
  await callTimes(farebox, users, 1);
  expect(await counted(companies, 2)).toEqual([{ meter: 'companies', value: 1 }]);
  expect(await counted(users, 2)).toEqual([{ meter: 'users', value: 1 }]);

  const { customerId, subscriptionId } = companies;
  await until(async () => {
    const events = await moesifList(farebox, 'events');
    const named = events
      .filter((event) => event['user_id'] === customerId)
      .map((event) => event['company_id']);
    return named.includes(subscriptionId) && named.includes(customerId);
  });
});
