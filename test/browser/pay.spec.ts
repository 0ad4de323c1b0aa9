import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { launchBrowser, visit, type Visit } from './support/browser.js';
import { accessibilityFaults } from './support/looks.js';

const PICTURES = 'test-results/pay';
const DARK_PHONE: BrowserContextOptions = { viewport: { width: 320, height: 700 }, colorScheme: 'dark' };
const PHONE: BrowserContextOptions = { viewport: { width: 375, height: 700 } };

let farebox: Farebox;
let mails: Mails;
let browser: Browser;
let visits: Visit[];
let email: string;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  mails = await startMails();
  [farebox, browser] = await Promise.all([
    startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
      STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
      CHECKOUT_MAIL_DELAY: '2s',
      ...mails.settings,
    })),
    launchBrowser(),
  ]);
});
beforeEach(() => {
  visits = [];
  ({ email } = newPerson());
});
afterEach(async () => {
  for (const { context, complaints } of visits) {
    // The payment page is the twin's; nobody else was asked for anything, and no policy was broken.
    const known = [farebox.url, farebox.stripeUrl].map((url) => `request to ${url}`);
    expect(complaints.filter((complaint) => !known.includes(complaint))).toEqual([]);
    await context.close();
  }
});
afterAll(async () => {
  await browser?.close();
  await farebox?.stop();
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const opened = await visit(browser, new URL(path, farebox.url).href, options, axe.source);
  visits.push(opened);
  return opened.page;
}

/** Takes a picture, and holds the page to WCAG 2.2 and to its width. */
async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(page.viewportSize()?.width);
}

async function choose(page: Page, plan: string): Promise<void> {
  await page.getByRole('button', { name: `Subscribe to ${plan}`, exact: true }).click();
  await page.waitForURL(/\/c\/pay\/cs_test_/);
}

async function fillCard(page: Page, number = '4242 4242 4242 4242'): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Card number', { exact: true }).fill(number);
  await page.getByLabel('Name on the card').fill('Ada <b>Lovelace</b>');
  await page.locator('#pay').click();
}

async function call(page: Page): Promise<number> {
  const token = (await page.locator('#token').textContent()) ?? '';
  expect(token).toMatch(/^eyJ/);
  return (await request(`${farebox.url}/test-service`, bearer(token))).status;
}

async function toDashboard(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Open the dashboard' }).click();
  await page.locator('#account-line').getByText(email).waitFor();
}

const back = /\/checkout\/return\?session_id=cs_test_/;
const accounts = () => query(farebox, 'select plan from accounts where email = $1', [email]);

it('a person chooses a plan, pays, gets the token and calls; a reload shows it no more', async () => {
  const page = await open('/');
  await page.getByRole('link', { name: 'Plans' }).click();
  await page
    .getByRole('button', { name: /^Subscribe to/ })
    .first()
    .waitFor();
  await look(page, 'plans');
  await choose(page, 'My API by volume');
  await fillCard(page);
  await page.waitForURL(back);
  await page.getByRole('heading', { name: 'You are subscribed' }).waitFor();
  await look(page, 'token');
  expect(await call(page)).toBe(200);
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.locator('#copy-token[data-state]').waitFor();
  expect(await accounts()).toEqual([{ plan: 'volume' }]);

  const { href } = new URL(page.url());
  await page.reload();
  await page.getByText('Your token was already shown').waitFor();
  expect(await page.content()).not.toContain('eyJ');
  await look(page, 'shown');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  await look(page, 'mailed');

  // The address is worth nothing to anybody else.
  const stranger = await open(href);
  await stranger.getByRole('heading', { name: 'Page not available' }).waitFor();
  await look(stranger, 'stranger');
  const link = await open(await mails.link(email), PHONE);
  await look(link, 'link-phone');
  await link.getByRole('button', { name: 'Show my token' }).click();
  expect(await call(link)).toBe(200);
  await look(link, 'link-token-phone');
  await toDashboard(link);
});

it('on a narrow screen in the dark: declined, then another card', async () => {
  const page = await open('/pricing', DARK_PHONE);
  await page
    .getByRole('button', { name: /^Subscribe to/ })
    .first()
    .waitFor();
  await look(page, 'plans-narrow-dark');
  await choose(page, 'My API');
  await fillCard(page, '4000000000000002');
  await page.getByRole('alert').getByText('Your card was declined.').waitFor();
  expect(await accounts()).toEqual([]);
  await fillCard(page);
  await page.waitForURL(back);
  await look(page, 'token-narrow-dark');
  expect(await call(page)).toBe(200);
  await toDashboard(page);
});

it('who gives up and comes back finds the plans as they were, and an unpaid return says so', async () => {
  const page = await open('/pricing');
  await choose(page, 'My API');
  const id = /cs_test_\w+/.exec(page.url())?.[0];
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.waitForURL(`${farebox.url}/pricing`);
  await page.goBack();
  await page.goBack();
  const button = page.getByRole('button', { name: 'Subscribe to My API', exact: true });
  await button.waitFor();
  expect(await button.getAttribute('aria-disabled')).toBe('false');
  await page.goto(`${farebox.url}/checkout/return?session_id=${id}`);
  await page.getByRole('heading', { name: 'Not paid yet' }).waitFor();
  await look(page, 'open');
});

it('who closes the tab finds the token by the mail, once', async () => {
  const page = await open('/pricing');
  await choose(page, 'My API');
  // Paid, and gone before the answer leads back.
  await page.route(/\/c\/pay\//, async (route) => {
    await route.fetch({ maxRedirects: 0 });
    await route.abort();
  });
  await fillCard(page);
  const link = await mails.link(email);
  await page.close();
  const reader = await open(link, DARK_PHONE);
  await look(reader, 'link-narrow-dark');
  await reader.getByRole('button', { name: 'Show my token' }).click();
  expect(await call(reader)).toBe(200);
  const again = await open(link);
  await again.getByRole('heading', { name: 'Link expired' }).waitFor();
  await look(again, 'link-used');
});

it('who has an account confirms the new subscription by the mail', async () => {
  await request(`${farebox.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, firstname: 'Ada', lastname: 'Lovelace' }),
  });
  const page = await open('/pricing');
  await choose(page, 'My API by volume');
  await fillCard(page);
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await look(page, 'proof');
  expect(await accounts()).toEqual([{ plan: 'standard' }]);
  const reader = await open(await mails.link(email));
  await look(reader, 'confirm');
  await reader.getByRole('button', { name: 'Confirm and show my token' }).click();
  expect(await call(reader)).toBe(200);
  expect(await accounts()).toEqual([{ plan: 'volume' }]);
});

it('a pricing table sells too', async () => {
  const { url, process } = await farebox.startSibling({
    STRIPE_PUBLISHABLE_KEY: 'pk_test_browser',
    STRIPE_PRICING_TABLE_ID: 'prctbl_browser',
  });
  await request(`${farebox.stripeUrl}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      pricingTableSuccessUrl: `${url}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    }),
  });
  const opened = await visit(browser, `${url}/pricing`, {}, axe.source);
  const { page } = opened;
  const table = page.frameLocator('stripe-pricing-table iframe');
  await table.getByRole('button', { name: 'Subscribe to My API by volume' }).waitFor();
  await page.screenshot({ path: `${PICTURES}/pricing-table.png`, fullPage: true });
  await table.getByRole('button', { name: 'Subscribe to My API by volume' }).click();
  await page.waitForURL(/\/c\/pay\/cs_test_/);
  await fillCard(page);
  await page.waitForURL(back);
  expect(await call(page)).toBe(200);
  expect(opened.complaints.filter((complaint) => complaint !== `request to ${farebox.stripeUrl}`)).toEqual(
    [],
  );
  await opened.context.close();
  await process.kill('SIGTERM');
});
