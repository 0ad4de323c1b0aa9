import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { bearer, type Farebox, newPerson, post, request, startFarebox } from '../support/farebox.js';
import { ADMIN_TOKEN, liveSecrets } from '../support/operator.js';
import { until } from '../support/processes.js';
import { launchBrowser, visit, type Visit } from './support/browser.js';
import { HELD_STREAMS, HeldStream, stageWords } from './support/meter-test.js';
import { fakeOperator, GOOD, MARKUP, signInOperator, tab } from './support/operator.js';

let farebox: Farebox;
let browser: Browser;
let seen: Visit;

beforeAll(async () => {
  [farebox, browser] = await Promise.all([startFarebox({ ADMIN_TOKEN }), launchBrowser()]);
});
afterEach(() => seen?.context.close());
afterAll(async () => {
  await browser?.close();
  await farebox?.stop();
});

const ALL_DONE = Array<string>(5).fill('done');
const focused = () => seen.page.evaluate<string>('document.activeElement.id');
const announced = () => seen.page.locator('#announcer').textContent();
const outcome = (text: string) => seen.page.locator('#meter-test-outcome').getByText(text).waitFor();

describe('with the whole application', () => {
  it('by keyboard: a test of a meter with a synthetic customer goes through every stage', async () => {
    seen = await visit(browser, `${farebox.url}/admin/ui`);
    const { page, complaints } = seen;
    await signInOperator(page);
    await tab(page, 'Meters');
    await page.locator('#meter-test').waitFor();
    await page.locator('#meter-test-name').focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('meter-test-synthetic');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('meter-test-start');
    await page.keyboard.press('Enter');
    await outcome('passed');
    expect(await stageWords(page)).toEqual(ALL_DONE);
    expect(await page.locator('#meter-test-stages').innerText()).toContain(
      'Stripe shows 1 unit, as reported',
    );
    expect(await focused()).toBe('meter-test-start');
    expect(await page.locator('#meter-test-start').getAttribute('aria-disabled')).toBe('false');
    // What the meters show is read again.
    await page.locator('#meters-body').getByRole('cell', { name: '1', exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('waits for a call, is found again by a page that is loaded again, and is stopped', async () => {
    seen = await visit(browser, `${farebox.url}/admin/ui#meters`);
    const { page, complaints } = seen;
    await signInOperator(page);
    await page.getByRole('button', { name: 'Start the test' }).click();
    await page.locator('#meter-test-stages').getByText('no paid call since the test began').waitFor();
    await page.reload();
    await page.locator('#meter-test-stages').getByText('no paid call since the test began').waitFor();
    expect(await stageWords(page)).toEqual(['done', 'done', 'waiting', 'not yet', 'not yet']);
    expect(await page.locator('#meter-test-stages > li[aria-current="step"]').count()).toBe(1);
    await page.getByRole('button', { name: 'Stop' }).press('Enter');
    await outcome('The test was stopped. 2 of 5 stages done.');
    expect(await stageWords(page)).toEqual(['done', 'done', 'not reached', 'not reached', 'not reached']);
    expect(await focused()).toBe('meter-test-start');

    await page.getByRole('button', { name: 'Start the test' }).click();
    await page.locator('#meter-test-stages').getByText('no paid call since the test began').waitFor();
    const { json } = await post(`${farebox.url}/register`, newPerson());
    await request(`${farebox.url}/test-service`, bearer(String(json['jwt'])));
    await outcome('passed');
    expect(complaints).toEqual([]);
  });

  it('with a live key: no synthetic customer, and why', async () => {
    const secrets = liveSecrets();
    const live = await farebox.startSibling(secrets);
    seen = await visit(browser, `${live.url}/admin/ui#meters`);
    await signInOperator(seen.page, secrets.ADMIN_TOKEN);
    const choice = seen.page.getByRole('switch', { name: 'Synthetic customer' });
    await choice.waitFor();
    expect(await choice.isDisabled()).toBe(true);
    expect(await seen.page.locator('#meter-test-synthetic-hint').textContent()).toContain('live Stripe key');
    await live.process.kill('SIGTERM');
  });
});

describe('with what a server may say', () => {
  let stream: HeldStream;

  /** Opens the page at the meters, with a session, and starts a test. */
  async function begin(fakes = GOOD): Promise<void> {
    seen = await visit(browser, `${farebox.url}/favicon.svg`, { reducedMotion: 'reduce' }, HELD_STREAMS);
    await fakeOperator(seen.page, fakes);
    stream = new HeldStream(seen.page);
    await seen.page.goto(`${farebox.url}/admin/ui#meters`);
    await seen.page.locator('#meter-test-name').selectOption('users');
    await seen.page.getByRole('button', { name: 'Start the test' }).click();
    await until(async () => (await stream.asked()).length > 0);
  }

  it('each stage as it comes in, also to those who hear the page, and markup as the text that it is', async () => {
    await begin();
    expect(await stream.asked()).toEqual([
      { request: 'POST /admin/meters/users/test', body: { synthetic: false } },
    ]);
    expect(await stageWords(seen.page)).toEqual(['waiting', 'not yet', 'not yet', 'not yet', 'not yet']);
    await stream.progress('meter', 'passed', 'active at Stripe');
    await until(async () => (await stageWords(seen.page))[1] === 'waiting');
    expect(await announced()).toBe('Stage 1 of 5, The meter is set up: done. active at Stripe');
    await stream.progress('subscription', 'failed', MARKUP, `${MARKUP} ask them`);
    await stream.end('failed');
    await outcome('failed');
    expect(await stageWords(seen.page)).toEqual([
      'done',
      'failed',
      'not reached',
      'not reached',
      'not reached',
    ]);
    expect(await announced()).toContain('Stage 2 of 5, Attached to a subscription: failed.');
    const stages = seen.page.locator('#meter-test-stages');
    expect(await stages.innerText()).toContain(`Next step: ${MARKUP} ask them`);
    expect(await stages.locator('img, b').count()).toBe(0);
    expect(seen.complaints).toEqual([]);
  });

  it('a connection that breaks in the middle of an event: it comes back to the test, and starts no other', async () => {
    await begin();
    await stream.progress('meter', 'passed', 'active at Stripe');
    await stream.push('event: progress\ndata: {"sta');
    await stream.cut();
    await until(async () => (await stream.asked()).length > 1);
    expect((await stream.asked())[1]).toEqual({ request: 'GET /admin/meters/users/test', body: null });
    await stream.progress('subscription', 'passed', 'cus_1 has one');
    await until(async () => (await stageWords(seen.page))[2] === 'waiting');
    expect(await seen.page.locator('#meter-test-outcome').textContent()).toBe('');
    await stream.end('stopped');
    await outcome('The test was stopped.');
    expect(seen.complaints).toEqual([]);
  });

  it('signing out ends it, and nothing of it stays', async () => {
    await begin();
    await stream.progress('meter', 'passed', 'seen in the session');
    await until(async () => (await stageWords(seen.page))[0] === 'done');
    await seen.page.getByRole('button', { name: 'Sign out' }).click();
    await seen.page.locator('#sign-in').waitFor();
    expect(await seen.page.content()).not.toContain('seen in the session');
    expect(await seen.page.locator('#meter-test-stages > li').count()).toBe(0);
    expect([await stream.isLeft(), (await stream.asked()).length]).toEqual([true, 1]);
    expect(seen.complaints).toEqual([]);
  });
});

it('a test that is refused says why, and can be started again', async () => {
  seen = await visit(browser, `${farebox.url}/favicon.svg`);
  await fakeOperator(seen.page, GOOD);
  await seen.page.goto(`${farebox.url}/admin/ui#meters`);
  await seen.page.getByRole('button', { name: 'Start the test' }).click();
  await seen.page.locator('#meter-test-notice').getByText('The database is away.').waitFor();
  expect(await seen.page.locator('#meter-test-start').getAttribute('aria-disabled')).toBe('false');
  expect(await stageWords(seen.page)).toEqual(Array<string>(5).fill('not yet'));
  expect(seen.complaints).toEqual([]);
});
