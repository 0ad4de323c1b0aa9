import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from './farebox.js';
import { runProcess, until } from './processes.js';

export const DAY_MS = 86_400_000;
const CATALOG = `
currency: usd
withoutCard: unlimited
defaultPlan: standard
meters:
  - { name: calls, displayName: Calls, eventName: calls, filter: { status: 2xx }, metric: event_count, aggregation: sum }
plans:
  - id: standard
    product: { name: Standard }
    price: { model: standard, amount: 0.105, free: 1, meter: calls, billingPeriod: { interval: day, count: 1 } }
  - id: package
    product: { name: Package }
    price: { model: package, amount: 10.00, packageSize: 2, meter: calls, billingPeriod: { interval: day, count: 1 } }
  - id: graduated
    product: { name: Graduated }
    price:
      model: graduated
      tiers: [{ upTo: 2, amount: 1.00, flatFee: 5.00 }, { upTo: 3, amount: 0.50, flatFee: 1.00 }, { upTo: inf, amount: 0.25 }]
      meter: calls
      billingPeriod: { interval: day, count: 1 }
  - id: volume
    product: { name: Volume }
    price:
      model: volume
      tiers: [{ upTo: 3, amount: 1.00 }, { upTo: inf, amount: 0.50 }]
      meter: calls
      billingPeriod: { interval: day, count: 1 }
  - id: plain
    product: { name: Plain }
    price: { model: standard, amount: 0.10, meter: calls, billingPeriod: { interval: day, count: 1 } }
  - id: plus
    product: { name: Plus }
    price: { model: standard, amount: 0.20, meter: calls, billingPeriod: { interval: day, count: 1 } }
`;

/** The whole product, with plans of every model that are billed by the day. */
export function startDailyFarebox(
  settings: Readonly<Record<string, string>> = {},
  catalog = CATALOG,
): Promise<Farebox> {
  return startFarebox(async ({ FAREBOX_HOME = '', STRIPE_API_BASE = '', PORT = '' }) => {
    const file = join(FAREBOX_HOME, 'daily.yaml');
    writeFileSync(file, catalog);
    return {
      CATALOG: file,
      STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
      ...settings,
    };
  }, 'own');
}

export interface DailyCustomer {
  token: string;
  customerId: string;
  subscriptionId: string;
}

/** Registers somebody whose day began so long ago, by Stripe's clock. */
export async function registerAgo(
  farebox: Farebox,
  plan: string,
  agoMs = DAY_MS / 2,
): Promise<DailyCustomer> {
  await stripeClock(farebox, -agoMs);
  const { json } = await post(`${farebox.url}/register`, { ...newPerson(), plan });
  const [token, customerId] = [String(json['jwt']), String(json['customerId'])];
  await until(async () =>
    (await query(farebox, 'select 1 from usage_periods where customer_id = $1', [customerId])).at(0),
  );
  await stripeClock(farebox, 0);
  return { token, customerId, subscriptionId: String(json['subscriptionId']) };
}

export const stripeClock = ({ stripeUrl }: Farebox, clockOffsetMs: number) =>
  post(`${stripeUrl}/_sandbox/settings`, { clockOffsetMs });

/** Makes paid calls, one after the other. @returns their ids. */
export async function callTimes(
  { url }: Pick<Farebox, 'url'>,
  { token }: DailyCustomer,
  times: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < times; n++) {
    const answer = await request(`${url}/test-service`, bearer(token));
    expect(answer.status).toBe(200);
    ids.push(String(answer.headers.get('x-request-id')));
  }
  return ids;
}

/** `farebox usage report`, until everything is told. */
export const reportUsage = ({ env }: Farebox) =>
  until(async () => {
    const { code } = await runProcess({
      script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
      args: ['usage', 'report'],
      env,
      cwd: String(env['FAREBOX_HOME']),
    });
    return code === 0;
  });
