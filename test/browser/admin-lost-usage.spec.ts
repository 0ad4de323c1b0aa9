import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser, visit } from './support/browser.js';
import { until } from '../support/processes.js';
import { fakeOperator, GOOD } from './support/operator.js';
import { StubServer } from './support/stub-server.js';

let browser: Browser;
let stub: StubServer;

beforeAll(async () => {
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));

const CUSTOMER = 'cus_QXg1o8vlGmRkp2';

it('usage that Stripe does not show is reported again or given up, after a question that says what follows', async () => {
  const { page, context, complaints } = await visit(browser, `${stub.url}/favicon.svg`);
  const decided = { events: 2, units: '2400' };
  const asked = await fakeOperator(page, { ...GOOD, 'usage/resend': decided, 'usage/waive': decided });
  await page.goto(`${stub.url}/admin/ui#usage`);
  const rows = page.locator('#lost-body tbody tr');
  await rows.first().waitFor();
  // Two events of one period are one decision; nothing says of the first that it is lost.
  expect(await rows.count()).toBe(2);
  expect(await rows.first().innerText()).toMatch(/calls\s[^]*2\s+2,400\s[^]*none/);

  const posts = () => asked.filter(({ route }) => /^POST usage\/(resend|waive)$/.test(route));
  const button = (name: string) => page.getByRole('button', { name: `${name} 2,400 units of ${CUSTOMER}` });
  await button('Report again').click();
  expect(await page.locator('#confirm-title').innerText()).toBe('Report 2,400 units again?');
  const text = await page.locator('#confirm-text').innerText();
  expect(text).toContain('There is no evidence that it is lost rather than late.');
  expect(text).toContain('the customer is billed twice');
  await page.keyboard.press('Escape');
  expect(posts()).toEqual([]);

  await button('Report again').click();
  await page.locator('#confirm-yes').click();
  await button('Waive').click();
  expect(await page.locator('#confirm-text').innerText()).toContain('not billed');
  await page.locator('#confirm-yes').click();
  const body = { customerId: CUSTOMER, meter: 'calls', periodStart: '2026-11-21T08:00:00.000Z' };
  await until(() => posts().length === 2);
  expect(posts()).toMatchObject([
    { route: 'POST usage/resend', body },
    { route: 'POST usage/waive', body },
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});

it('says why a decision was refused, and keeps the list', async () => {
  const { page, context } = await visit(browser, `${stub.url}/favicon.svg`);
  await fakeOperator(page, GOOD);
  await page.goto(`${stub.url}/admin/ui#usage`);
  await page.getByRole('button', { name: `Waive 2,400 units of ${CUSTOMER}` }).click();
  await page.locator('#confirm-yes').click();
  await page.locator('#lost-notice').getByText('The database is away.').waitFor();
  expect(await page.locator('#lost-body tbody tr').count()).toBe(2);
  await context.close();
});
