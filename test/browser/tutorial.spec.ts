import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { newPerson, request } from '../support/farebox.js';
import { until, runProcess } from '../support/processes.js';
import { sandboxPlace, type SandboxPlace, startSandbox } from '../support/sandbox.js';
import { launchBrowser, visit } from './support/browser.js';
import { fill, shownToken, submit } from './support/form.js';

/*
 * The two texts that Farebox grew from, walked on the sandbox as `npm run sandbox` starts it, each step with the check that
 * its text names. For people: docs/tutorial.md.
 */

type Json = Readonly<Record<string, unknown>>;

let place: SandboxPlace;
let browser: Browser;
let stop: () => Promise<unknown>;

beforeAll(async () => {
  place = await sandboxPlace();
  const [sandbox, launched] = await Promise.all([startSandbox(place), launchBrowser()]);
  browser = launched;
  stop = () => sandbox.stop();
});
afterAll(async () => {
  await browser?.close();
  await stop?.();
});

async function get(url: string, headers: Record<string, string> = {}): Promise<Json> {
  const { status, text } = await request(url, { headers });
  expect([url, status]).toEqual([url, 200]);
  return JSON.parse(text) as Json;
}
const stripe = (path: string) => get(`${place.stripe}/v1/${path}`, { authorization: 'Bearer sk_test_me' });
const listed = async (path: string): Promise<Json[]> => (await stripe(path))['data'] as Json[];
const moesif = async (path: string): Promise<Json[]> =>
  (await get(`${place.moesif}/_sandbox/${path}`)) as unknown as Json[];
const command = (...args: string[]) =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args,
    env: place.env,
  });
const payloadOf = (token: string, part: 0 | 1): Json =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()) as Json;

/** Who registers first, and who does on the page. */
const [first, second] = [newPerson(), newPerson()];
let token: string;
let customerId: string;
let subscriptionId: string;
let meterId: string;

/** Steps 6 and 9: the call, the event in the live log, and Stripe's metadata on the profile. */
async function callAndCheck(bearer: string): Promise<void> {
  const { text } = await request(`${place.application}/test-service`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  expect(text).toBe('this is a response');
  const { id } = payloadOf(bearer, 1);
  const [subscription] = await listed(`subscriptions?customer=${String(id)}`);
  const event = await until(async () => (await moesif(`events?user_id=${String(id)}`)).at(-1));
  expect(event).toMatchObject({
    user_id: expect.stringMatching(/^cus_/),
    company_id: subscription?.['id'],
    response: { status: 200 },
  });
  expect(JSON.stringify(event)).toContain('/test-service');
  const { email } = await stripe(`customers/${String(id)}`);
  await until(async () => {
    const [profile] = await moesif(`users?user_id=${String(id)}`);
    expect(profile).toMatchObject({
      metadata: { email, stripe: { customer: { created: expect.anything() } } },
    });
    return true;
  });
}

describe('the first text', () => {
  it('1: product and price are in Stripe', async () => {
    const [price] = await listed('prices?lookup_keys[]=farebox:standard');
    expect(price).toMatchObject({
      recurring: { usage_type: 'metered', interval: 'month' },
      nickname: 'Per call',
    });
    const product = await stripe(`products/${String(price?.['product'])}`);
    expect(product).toMatchObject({ name: 'My API', description: 'This is a monetized API', active: true });
  });

  it('2: Stripe tells Moesif of all that happens to customers', async () => {
    const endpoint = (await listed('webhook_endpoints')).find(({ url }) =>
      String(url).startsWith(place.moesif),
    );
    expect(endpoint).toMatchObject({ status: 'enabled' });
    expect(String(endpoint?.['enabled_events'])).toMatch(
      /customer\.created.*customer\.subscription\.created|\*/,
    );
  });

  it('3: the meter counts calls of /test-service with status 200', async () => {
    const meter = (await listed('billing/meters')).find(
      ({ event_name }) => event_name === 'farebox_test_service_calls',
    );
    expect(meter).toMatchObject({ status: 'active', default_aggregation: { formula: 'sum' } });
    meterId = String(meter?.['id']);
  });

  it('4: POST /register answers a token whose id is the customer', async () => {
    const { status, json } = await request(`${place.application}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(first),
    });
    expect(status).toBe(200);
    token = String(json['jwt']);
    expect(payloadOf(token, 0)).toMatchObject({ alg: 'HS256' });
    customerId = String(payloadOf(token, 1)['id']);
    expect((await request(`${place.application}/test-service`)).status).toBe(401);
  });

  it('5: Stripe lists the customer, subscribed to the product', async () => {
    const [customer] = await listed(`customers?email=${first.email}`);
    expect(customer).toMatchObject({ id: customerId, name: `${first.firstname} ${first.lastname}` });
    const [subscription] = await listed(`subscriptions?customer=${customerId}`);
    expect(subscription).toMatchObject({
      status: 'active',
      items: { data: [{ price: { lookup_key: 'farebox:standard' } }] },
    });
    subscriptionId = String(subscription?.['id']);
  });

  it('6: a call stands in the live log with user and company, and the profile has what Stripe knows', () =>
    callAndCheck(token));

  it('7, 8 and 9: on the page another person gets a token, which works', async () => {
    const { page, complaints } = await visit(browser, `${place.application}/`);
    await fill(page, second);
    await submit(page);
    const shown = await shownToken(page);
    await callAndCheck(shown);
    expect(complaints).toEqual([]);
  });

  it('10: everything is where it belongs', async () => {
    expect(await stripe(`customers/${customerId}`)).toMatchObject({ email: first.email });
    const [user] = await moesif(`users?user_id=${customerId}`);
    expect(user).toMatchObject({
      company_id: subscriptionId,
      metadata: { email: first.email, firstName: first.firstname, lastName: first.lastname },
    });
    const [company] = await moesif(`companies?company_id=${subscriptionId}`);
    expect(company).toMatchObject({ company_id: subscriptionId });
  });

  it('11: after the next report the subscription has its calls in Stripe', async () => {
    const { code, output } = await command('usage', 'report');
    expect([output(), code]).toEqual([expect.any(String), 0]);
    const minute = Math.floor(Date.now() / 60_000) * 60;
    const summaries = await listed(
      `billing/meters/${meterId}/event_summaries?customer=${customerId}&start_time=${minute - 3600}&end_time=${minute + 3600}`,
    );
    expect(summaries).toMatchObject([{ aggregated_value: 1 }]);
  });

  it('12: every stage of the meter test passes', async () => {
    const { code, output } = await command('meter', 'test', 'test-service-calls', '--synthetic');
    expect([output(), code]).toEqual([expect.any(String), 0]);
  });
});

describe('the second text', () => {
  it('a person chooses a plan, pays, comes back with the session in the address, gets a key and calls', async () => {
    const { page } = await visit(browser, `${place.application}/pricing`);
    await page.getByRole('button', { name: 'Subscribe to My API by volume', exact: true }).click();
    await page.waitForURL(/\/c\/pay\/cs_test_/);
    await page.getByLabel('Email').fill(newPerson().email);
    await page.getByLabel('Card number', { exact: true }).fill('4242 4242 4242 4242');
    await page.getByLabel('Name on the card').fill('Ada Lovelace');
    await page.locator('#pay').click();
    await page.waitForURL(/\/checkout\/return\?session_id=cs_test_/);
    const key = await shownToken(page);
    await callAndCheck(key);
  });
});
