import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { ADMIN_TOKEN, PARKED_EVENT, tellStripe } from '../support/operator.js';
import { launchBrowser, visit } from './support/browser.js';
import { signInOperator, tab } from './support/operator.js';

let farebox: Farebox;
let browser: Browser;

beforeAll(async () => {
  [farebox, browser] = await Promise.all([startFarebox({ ADMIN_TOKEN }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await farebox?.stop();
});

it('the operator finds an account, takes back an excess, replays an event, and signs out', async () => {
  const person = newPerson();
  const { json } = await post(`${farebox.url}/register`, person);
  const [jwt, customerId] = [String(json['jwt']), String(json['customerId'])];
  await request(`${farebox.url}/test-service`, bearer(jwt));
  await query(farebox, PARKED_EVENT, ['evt_1', 'price.updated', null, '<b>it broke</b>']);

  const { page, complaints } = await visit(browser, `${farebox.url}/admin/ui`);
  await page.getByLabel('Operator token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#token-error').getByText('operator token is wrong').waitFor();
  await signInOperator(page);
  expect(
    await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })'),
  ).toBe('{}');

  await tab(page, 'Accounts');
  await page.getByLabel('Search').fill(person.email);
  await page.keyboard.press('Enter');
  await page.locator('#account-rows').getByRole('link', { name: customerId }).click();
  await page.locator('#account-heading').getByText(person.email).waitFor();
  await page.locator('#account-body').getByText('GET /test-service').waitFor();
  expect(await page.content()).not.toContain(jwt);

  await tab(page, 'Reports');
  await page.getByRole('button', { name: 'Sync to Stripe' }).click();
  await page.locator('#report-outcome').getByText('1 reported').waitFor();
  await tellStripe(farebox, customerId, '5');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.locator('#reconciliation-body').getByRole('button', { name: 'Correct 5' }).click();
  await page.locator('#confirm-yes').click();
  await page.locator('#reconciliation-body').getByText('Everything matches.').waitFor();

  await tab(page, 'Webhooks');
  await page.locator('#webhooks-body').getByText('<b>it broke</b>').waitFor();
  await page.getByRole('button', { name: 'Replay evt_1' }).click();
  await page.getByText('No parked events').waitFor();

  await page.reload();
  await page.locator('#admin').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('#sign-in').waitFor();
  await page.reload();
  await page.locator('#sign-in').waitFor();
  expect(complaints).toEqual([]);
});
