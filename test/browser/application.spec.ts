import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Farebox, moesifList, newPerson, post, startFarebox, stripeList } from '../support/farebox.js';
import { until } from '../support/processes.js';
import { launchBrowser, visit } from './support/browser.js';
import { fill, shownToken, state, submit } from './support/form.js';

const PICTURES = 'test-results/application';

let farebox: Farebox;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  [farebox, browser] = await Promise.all([startFarebox(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await farebox?.stop();
});

it('a person registers for a plan, calls the paid endpoint, and stands in Stripe and in Moesif', async () => {
  const { page, complaints } = await visit(browser, `${farebox.url}/`);
  const person = newPerson();
  await fill(page, person);
  await page.getByRole('radio', { name: /by volume/ }).check();
  await page.screenshot({ path: `${PICTURES}/form.png`, fullPage: true });
  await submit(page);
  const token = await shownToken(page);
  expect(token).toMatch(/^eyJ/);

  await page.getByRole('button', { name: 'Call /test-service' }).click();
  await page.getByText('this is a response', { exact: true }).waitFor();
  await page.screenshot({ path: `${PICTURES}/done.png`, fullPage: true });

  const [customer] = await stripeList(farebox, `/v1/customers?email=${person.email}`);
  expect(await page.locator('#result').innerText()).toContain(String(customer?.['id']));
  const [subscription] = await stripeList(farebox, `/v1/subscriptions?customer=${String(customer?.['id'])}`);
  expect(subscription).toMatchObject({
    status: 'active',
    items: { data: [{ price: { lookup_key: 'farebox:volume' } }] },
  });
  const call = await until(async () =>
    (await moesifList(farebox, 'events')).find(
      (event) => event['user_id'] === customer?.['id'] && JSON.stringify(event).includes('/test-service'),
    ),
  );
  expect(call).toMatchObject({ company_id: subscription?.['id'], response: { status: 200 } });
  expect(JSON.stringify(await moesifList(farebox, 'events'))).not.toContain(token);
  expect(complaints).toEqual([]);
});

it('an email that has an account is refused beside its field', async () => {
  const person = newPerson();
  await post(`${farebox.url}/register`, person);
  const { page, complaints } = await visit(browser, `${farebox.url}/`);
  await fill(page, person);
  await submit(page);
  await state(page, 'error');
  await page.screenshot({ path: `${PICTURES}/taken.png`, fullPage: true });
  expect(await page.locator('#registration-form').innerText()).toMatch(/has an account/);
  expect(complaints).toEqual([]);
});

it('Swagger UI registers and calls, with the token under Authorize', async () => {
  const { page, complaints } = await visit(browser, `${farebox.url}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).waitFor();
  const { json } = await post(`${farebox.url}/register`, newPerson());
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  // The other one is the operator's.
  const customers = page.locator('.modal-ux form').filter({ hasText: 'bearer (http, Bearer)' });
  await customers.locator('input').fill(String(json['jwt']));
  await customers.getByRole('button', { name: 'Apply credentials' }).click();
  await customers.getByRole('button', { name: 'Close' }).click();
  await page.locator('#operations-The_paid_API-TestServiceController_answer').click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  await page.screenshot({ path: `${PICTURES}/docs.png`, fullPage: true });
  expect(complaints).toEqual([]);
});
