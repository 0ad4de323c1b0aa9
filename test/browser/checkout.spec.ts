import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { until } from '../support/processes.js';
import { launchBrowser, visit, type Visit } from './support/browser.js';
import { accessibilityFaults } from './support/looks.js';
import { startMerchant, startTwinPages, type StripeObject, type TwinPages } from './support/stripe-pages.js';

const PICTURES = 'test-results/checkout';

let browser: Browser;
let twin: TwinPages;
let merchant: { url: string; server: FastifyInstance };
let metered: string;
let seat: string;
let visits: Visit[];

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  [browser, twin] = await Promise.all([launchBrowser(), startTwinPages()]);
  merchant = await startMerchant(twin.url);
  const { id: meter } = await twin.api('billing/meters', {
    display_name: 'Calls',
    event_name: 'calls',
    'default_aggregation[formula]': 'sum',
  });
  const monthly = { currency: 'usd', 'recurring[interval]': 'month' };
  metered = (
    await twin.api('prices', {
      ...monthly,
      unit_amount: '1',
      'product_data[name]': 'Starter',
      'product_data[unit_label]': 'call',
      'recurring[usage_type]': 'metered',
      'recurring[meter]': meter,
    })
  ).id;
  const product = await twin.api('products', {
    name: 'Team <b>&amp;</b> more',
    description: 'For a team of your size.',
  });
  seat = (await twin.api('prices', { ...monthly, unit_amount: '1900', product: product.id })).id;
});
beforeEach(async () => {
  visits = [];
  await twin.command('settings', { clockOffsetMs: 0 });
});
afterEach(async () => {
  for (const { context, complaints } of visits) {
    // Merchant and twin lead to each other; nobody else was asked for anything, and no policy was broken.
    const known = [merchant.url, twin.url].map((url) => `request to ${url}`);
    expect(complaints.filter((complaint) => !known.includes(complaint))).toEqual([]);
    await context.close();
  }
});
afterAll(async () => {
  await browser?.close();
  await merchant?.server.close();
  await twin?.stop();
});

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const opened = await visit(browser, url, options, axe.source);
  visits.push(opened);
  return opened.page;
}

function session(params: Readonly<Record<string, string>> = {}): Promise<StripeObject> {
  return twin.api('checkout/sessions', {
    mode: 'subscription',
    'line_items[0][price]': seat,
    'line_items[0][quantity]': '2',
    success_url: `${merchant.url}/done?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${merchant.url}/plans`,
    ...params,
  });
}

const settled = (made: StripeObject): Promise<StripeObject> =>
  twin.api(`checkout/sessions/${made.id}?expand[]=subscription&expand[]=customer`);

/** Takes a picture, and holds the page to WCAG 2.2 and to its width. */
async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  expect(await accessibilityFaults(page)).toEqual([]);
  const width = page.viewportSize()?.width;
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
}

async function fill(page: Page, number: string, email = 'ada@example.com'): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Card number', { exact: true }).fill(number);
  await page.getByLabel('Name on the card').fill('Ada Lovelace');
}

it('pays, and comes back with the id of the session', async () => {
  const made = await session();
  const page = await open(String(made['url']));
  const summary = page.getByRole('region', { name: 'Summary' });
  expect(await summary.innerText()).toMatch(
    /Team <b>&amp;<\/b> more × 2[\s\S]*\$38\.00[\s\S]*\$19\.00[\s\S]*every month[\s\S]*Due today[\s\S]*\$38\.00/,
  );
  await look(page, 'open');
  await fill(page, '4242 4242 4242 4242');
  await page.getByRole('button', { name: 'Pay $38.00' }).click();
  await page.waitForURL(`${merchant.url}/done?session_id=${made.id}`);
  expect(await settled(made)).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    subscription: { status: 'active' },
    customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
  });

  // Back in the browser, and once more.
  await page.goBack();
  await page.reload();
  await page.getByRole('heading', { name: 'This checkout is complete' }).waitFor();
  await look(page, 'complete');
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.waitForURL(`${merchant.url}/done?session_id=${made.id}`);
});

it('says that a card was declined, keeps what was filled in, and takes another', async () => {
  const made = await session();
  const page = await open(String(made['url']));
  await fill(page, '4000000000000002');
  await page.locator('#pay').click();
  await page.getByRole('alert').getByText('Your card was declined.').waitFor();
  expect(await page.getByLabel('Email').inputValue()).toBe('ada@example.com');
  expect(await page.getByLabel('Card number', { exact: true }).inputValue()).toBe('');
  await look(page, 'declined');
  expect(await settled(made)).toMatchObject({ status: 'open' });
  await fill(page, '5555555555554444');
  await page.locator('#pay').click();
  await page.waitForURL(`${merchant.url}/done?session_id=${made.id}`);
});

it('asks the cardholder to confirm with a second click, and takes a no', async () => {
  const made = await session();
  const page = await open(String(made['url']));
  await fill(page, '4000002500003155');
  await page.locator('#pay').click();
  await page.getByRole('heading', { name: 'Confirm the payment' }).waitFor();
  await look(page, 'confirm');
  await page.getByRole('button', { name: 'Fail authentication' }).click();
  await page.getByRole('alert').getByText('We are unable to authenticate').waitFor();
  await fill(page, '4000002500003155');
  await page.locator('#pay').click();
  await page.getByRole('button', { name: 'Complete authentication' }).click();
  await page.waitForURL(`${merchant.url}/done?session_id=${made.id}`);
  expect(await settled(made)).toMatchObject({ status: 'complete', subscription: { status: 'active' } });
});

it('leads to cancel_url, and can be opened again', async () => {
  const made = await session();
  const page = await open(String(made['url']));
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.waitForURL(`${merchant.url}/plans`);
  expect(await settled(made)).toMatchObject({ status: 'open' });
});

it('says that it has expired, whether before it is opened or while it is filled in', async () => {
  const made = await session();
  const page = await open(String(made['url']));
  await fill(page, '4242424242424242');
  await twin.command('settings', { clockOffsetMs: 25 * 3_600_000 });
  await page.locator('#pay').click();
  await page.getByRole('heading', { name: 'This checkout has expired' }).waitFor();
  await look(page, 'expired');
  expect(await settled(made)).toMatchObject({ status: 'expired', subscription: null });
  await page.getByRole('link', { name: 'Go back' }).click();
  await page.waitForURL(`${merchant.url}/plans`);
});

it('on a narrow screen in the dark: a plan by use, where nothing is due', async () => {
  const made = await twin.api('checkout/sessions', {
    mode: 'subscription',
    'line_items[0][price]': metered,
    success_url: `${merchant.url}/done?session_id={CHECKOUT_SESSION_ID}`,
    customer_email: 'ada@example.com',
  });
  const page = await open(String(made['url']), {
    viewport: { width: 320, height: 700 },
    colorScheme: 'dark',
  });
  await page.getByText('$0.01 per call').waitFor();
  expect(await page.getByLabel('Email').getAttribute('readonly')).not.toBeNull();
  await page.getByText('Test cards', { exact: true }).click();
  await look(page, 'narrow-dark');
  await page.getByLabel('Card number', { exact: true }).fill('4242424242424242');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${merchant.url}/done?session_id=${made.id}`);
  expect(await settled(made)).toMatchObject({ payment_status: 'no_payment_required' });
});

it('the pricing table opens a checkout for the one who looks at it', async () => {
  const page = await open(`${merchant.url}/pricing`);
  const table = page.frameLocator('stripe-pricing-table iframe');
  await table.getByRole('region', { name: 'Starter' }).waitFor();
  // The table tells the page how tall it is: nothing is cut off.
  await until(async () => {
    const box = await page.locator('stripe-pricing-table iframe').boundingBox();
    const content = await table.locator('body').boundingBox();
    return box && content && box.height !== 480 && box.height >= content.height;
  });
  await page.screenshot({ path: `${PICTURES}/pricing-table.png`, fullPage: true });
  await table.getByRole('button', { name: 'Subscribe to Starter' }).click();
  await page.waitForURL(/\/c\/pay\/cs_test_/);
  expect(await page.getByLabel('Email').inputValue()).toBe('ada@example.com');
  const id = page.url().match(/cs_test_\w+/)?.[0] ?? '';
  expect(await twin.api(`checkout/sessions/${id}`)).toMatchObject({ client_reference_id: 'user_42' });
});

it('the portal updates the card, cancels, resumes and returns', async () => {
  const { id: customer } = await twin.api('customers', {
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    payment_method: 'pm_card_visa',
    'invoice_settings[default_payment_method]': 'pm_card_visa',
  });
  const subscription = await twin.api('subscriptions', { customer, 'items[0][price]': metered });
  const current = (): Promise<StripeObject> => twin.api(`subscriptions/${subscription.id}`);
  const { url } = await twin.api('billing_portal/sessions', {
    customer,
    return_url: `${merchant.url}/account`,
  });
  const page = await open(String(url));
  await page.getByRole('heading', { name: 'Starter' }).waitFor();
  await look(page, 'portal');

  await page.getByLabel('New card number').fill('4000000000000002');
  await page.getByRole('button', { name: 'Update the card' }).click();
  await page.getByRole('alert').getByText('Your card was declined.').waitFor();
  await look(page, 'portal-declined');
  await page.getByLabel('New card number').fill('5555555555554444');
  await page.getByRole('button', { name: 'Update the card' }).click();
  await page.getByText('mastercard that ends with 4444').waitFor();

  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Cancel the subscription?' }).waitFor();
  await look(page, 'portal-cancel');
  await page.getByRole('button', { name: 'Cancel the subscription' }).click();
  await page.getByRole('status').getByText('The subscription was cancelled.').waitFor();
  expect(await current()).toMatchObject({ cancel_at: expect.any(Number) });
  await look(page, 'portal-cancelled');
  await page.getByRole('button', { name: 'Don’t cancel' }).click();
  await page.getByRole('status').getByText('The subscription goes on.').waitFor();
  expect(await current()).toMatchObject({ cancel_at: null });

  await page.getByRole('link', { name: 'Return' }).click();
  await page.waitForURL(`${merchant.url}/account`);
});
