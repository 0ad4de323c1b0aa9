import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { bearer, type Farebox, newPerson, post, request, startFarebox } from '../support/farebox.js';
import { panelState, signIn } from './support/account.js';
import { launchBrowser, visit } from './support/browser.js';
import { accessibilityFaults } from './support/looks.js';

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

it('a customer watches calls come in, gives out a token that works, and takes it back', async () => {
  const token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
  const call = (jwt: string) => request(`${farebox.url}/test-service`, bearer(jwt));
  await call(token);

  const { page, complaints } = await visit(browser, `${farebox.url}/dashboard`, {}, axe.source);
  await signIn(page, token);
  await panelState(page, 'calls', 'ready');
  const rows = page.locator('#call-rows tr');
  expect(await rows.count()).toBe(1);
  await page.locator('#live-state[data-state="live"]').waitFor();
  // What was used and what it costs follow by themselves, by our own count.
  await panelState(page, 'invoice', 'ready');
  await page.locator('#invoice-body .figure').getByText('$0.10').waitFor();
  await call(token);
  await rows.nth(1).waitFor();
  await page.locator('#invoice-body .figure').getByText('$0.20').waitFor();
  await page.locator('#usage-figures .figure').first().getByText('2', { exact: true }).waitFor();
  expect(await page.locator('#invoice-body').innerText()).toMatch(
    /\$0\.00 synced to Stripe so far\. Next sync by /,
  );

  await panelState(page, 'tokens', 'ready');
  await page.getByLabel('Name', { exact: true }).fill('for a friend');
  await page.getByLabel('End user').fill('user-42');
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.locator('#new-token-value:visible').waitFor();
  const theirs = (await page.locator('#new-token-value').textContent()) ?? '';
  expect((await call(theirs)).status).toBe(200);
  await rows.filter({ hasText: 'user-42' }).waitFor();
  await page.getByRole('button', { name: 'Revoke for a friend' }).click();
  await page.locator('#confirm-yes').click();
  await page.getByRole('rowheader', { name: 'for a friend' }).waitFor({ state: 'detached' });
  expect((await call(theirs)).json['code']).toBe('token_revoked');

  await panelState(page, 'plan', 'ready');
  expect(await page.locator('#plan').textContent()).toContain('active');
  await panelState(page, 'usage', 'ready');
  await page.locator('#status, [name="status"]').selectOption('5xx');
  await panelState(page, 'calls', 'empty');
  await panelState(page, 'start', 'ready');
  expect(await page.locator('#snippet').textContent()).toContain('/test-service');
  await page.screenshot({ path: `${PICTURES}/dashboard.png`, fullPage: true });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  expect(farebox.app.output()).not.toContain(token);
});

it('a token of an end user does not open it', async () => {
  const token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
  const { json } = await post(
    `${farebox.url}/account/tokens`,
    { name: 'x', user: 'user-42' },
    { authorization: `Bearer ${token}` },
  );
  const { page } = await visit(browser, `${farebox.url}/dashboard`);
  await page.getByLabel('Access token').fill(String(json['jwt']));
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await page.locator('#token-error').getByText('an end-user token').waitFor();
});
