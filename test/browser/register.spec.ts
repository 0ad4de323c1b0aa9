import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Dialog } from 'playwright-core';
import { CALLED, PLANS, REGISTERED, TOKEN, problem } from './support/answers.js';
import { type Visit, launchBrowser, visit } from './support/browser.js';
import { ADA, fill, shownToken, state, submit } from './support/form.js';
import { StubServer } from './support/stub-server.js';

const run = promisify(execFile);

let browser: Browser;
let stub: StubServer;
let visited: Visit | undefined;

beforeAll(async () => {
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));
beforeEach(() => {
  stub.reset();
  stub.script('GET /plans', PLANS);
  stub.script('POST /register', REGISTERED);
});
afterEach(async () => {
  const complaints = visited?.complaints;
  await visited?.context.close();
  visited = undefined;
  expect(complaints).toEqual([]);
});

async function open(script?: string): Promise<Visit> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  visited = await visit(browser, stub.url, { permissions }, script);
  await visited.page.locator('#plans').waitFor();
  return visited;
}

async function openRegistered(script?: string): Promise<Visit> {
  const opened = await open(script);
  await fill(opened.page);
  await submit(opened.page);
  await shownToken(opened.page);
  return opened;
}

describe('registering', () => {
  it('sends the input as JSON, trimmed, with an idempotency key', async () => {
    const { page } = await open();
    await fill(page, { email: ' ada@example.com', firstname: 'Ada ', lastname: ' Lovelace ' });
    await submit(page);
    await shownToken(page);
    const [request] = stub.received['POST /register'];
    expect(request?.body).toEqual({ ...ADA, plan: 'starter' });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers['idempotency-key']).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it('makes a key of the same kind where the browser offers no randomUUID', async () => {
    const { page } = await open('delete Crypto.prototype.randomUUID');
    expect(await page.evaluate('typeof crypto.randomUUID')).toBe('undefined');
    await fill(page);
    await submit(page);
    await shownToken(page);
    expect(stub.received['POST /register'][0]?.headers['idempotency-key']).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it('says that it is sending, and sends once however often Enter is pressed', async () => {
    const gate = new EventEmitter();
    stub.script('POST /register', { ...REGISTERED, after: once(gate, 'open') });
    const { page } = await open();
    await fill(page);
    await page.getByLabel('Last name').press('Enter');
    await state(page, 'sending');
    await page.getByLabel('Last name').press('Enter');
    const button = page.locator('#submit');
    // Forced: Playwright itself would wait for a button that says it is disabled.
    await button.click({ force: true });
    expect(await button.getAttribute('aria-busy')).toBe('true');
    expect(await button.innerText()).toContain('Registering…');
    expect(await page.getByRole('status').textContent()).toBe('Registering…');
    expect(await page.getByLabel('Email').isEditable()).toBe(false);
    gate.emit('open');
    await shownToken(page);
    expect(stub.received['POST /register']).toHaveLength(1);
  });

  it('shows token, end, plan and ids in place of the form, and moves the focus there', async () => {
    const { page } = await openRegistered();
    expect(await page.locator('#token').textContent()).toBe(TOKEN);
    expect(await page.locator('#token-expiry').textContent()).toBe('19 February 2027');
    expect(await page.locator('#result-plan').textContent()).toBe('Starter');
    expect(await page.locator('#customer-id').textContent()).toBe('cus_QXg1o8vlGmRkp2');
    expect(await page.locator('#subscription-id').textContent()).toBe('sub_1PgafTB7WZ01zgkWb3Hc2XyZ');
    expect(await page.locator('#registration').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('result-heading');
    expect(await page.title()).toBe('Your token · Farebox');
  });

  it('shows what a server says as text, never as markup', async () => {
    const evil = `<img src=x onerror="document.title='owned'">'"$(id)`;
    stub.script('GET /plans', { status: 503 });
    stub.script('POST /register', {
      body: { jwt: evil, customerId: evil, subscriptionId: evil, plan: evil },
    });
    stub.script('GET /test-service', { ...CALLED, body: evil });
    visited = await visit(browser, stub.url);
    const { page } = visited;
    await fill(page);
    await submit(page);
    expect(await shownToken(page)).toBe(evil);
    await page.locator('#call').click();
    await page.locator('#answer').waitFor();
    for (const id of ['customer-id', 'subscription-id', 'result-plan', 'answer-body']) {
      expect(await page.locator(`#${id}`).textContent()).toBe(evil);
    }
    expect(await page.locator('main img').count()).toBe(0);
    expect(await argumentsOf(await page.locator('#curl').innerText())).toContain(
      `Authorization: Bearer ${evil}`,
    );
  });
});

describe('the token', () => {
  it('is copied by its button, which says so', async () => {
    const { page } = await openRegistered();
    const button = page.locator('#copy-token');
    await button.click();
    await button.filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(TOKEN);
    expect(await page.getByRole('status').textContent()).toBe('Access token copied.');
    await button.filter({ hasText: /^\s*Copy\s*$/ }).waitFor();
  });

  it('is selected where the browser lets no script copy', async () => {
    const { page } = await openRegistered(
      "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })",
    );
    await page.locator('#copy-token').click();
    await page.locator('#copy-token').filter({ hasText: 'Selected' }).waitFor();
    expect(await page.evaluate('getSelection().toString()')).toBe(TOKEN);
  });

  it('is selected whole by one click', async () => {
    const { page } = await openRegistered();
    await page.locator('#token').click();
    expect(await page.evaluate('getSelection().toString().trim()')).toBe(TOKEN);
  });

  it('is in no storage of the browser and gone after a reload', async () => {
    const { page, context } = await openRegistered();
    expect(
      await page.evaluate('JSON.stringify([localStorage, sessionStorage, history.state, location.href])'),
    ).not.toContain(TOKEN);
    expect((await context.storageState()).origins).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    await page.locator('#copy-token').click();
    await page.locator('#copy-token').filter({ hasText: 'Copied' }).waitFor();
    await page.reload();
    await state(page, 'idle');
    expect(await page.content()).not.toContain(TOKEN);
  });

  it('goes on to the dashboard in this tab alone, without a question', async () => {
    const { page, context } = await openRegistered();
    const asked: string[] = [];
    page.on('dialog', (dialog: Dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.getByRole('link', { name: 'Open the dashboard' }).click();
    await page.waitForURL('**/dashboard');
    expect(await page.evaluate('sessionStorage.getItem("farebox.token")')).toBe(TOKEN);
    expect(await page.evaluate('JSON.stringify(localStorage) + location.href')).not.toContain(TOKEN);
    expect([asked, await context.cookies()]).toEqual([[], []]);
  });

  it('is not lost without a question until it was copied', async () => {
    const { page } = await openRegistered();
    const asked: string[] = [];
    page.on('dialog', (dialog: Dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    expect(asked).toEqual(['beforeunload']);

    await fill(page);
    await submit(page);
    await shownToken(page);
    await page.locator('#copy-token').click();
    await page.locator('#copy-token').filter({ hasText: 'Copied' }).waitFor();
    await page.reload();
    expect(asked).toHaveLength(1);
  });
});

describe('trying it', () => {
  it('gives a curl line that a shell reads as meant', async () => {
    const { page } = await openRegistered();
    await page.locator('#copy-curl').click();
    await page.locator('#copy-curl').filter({ hasText: 'Copied' }).waitFor();
    const line = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(await argumentsOf(line)).toEqual([
      `${stub.url}/test-service`,
      '-H',
      `Authorization: Bearer ${TOKEN}`,
    ]);
  });

  it('calls with the token, shows answer, status and time, and counts', async () => {
    stub.script('GET /test-service', CALLED);
    const { page } = await openRegistered();
    const button = page.getByRole('button', { name: 'Call /test-service' });
    await button.click();
    await page.getByText('1 call from this page').waitFor();
    expect(stub.received['GET /test-service'][0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(await page.locator('#answer-body').textContent()).toBe('this is a response');
    expect(await page.locator('#answer-status').textContent()).toBe('200');
    expect(await page.locator('#answer-time').textContent()).toMatch(/^\d+ ms$/);
    expect(await page.getByRole('status').textContent()).toMatch(
      /^Response: 200, \d+ ms\. this is a response$/,
    );
    await button.click();
    await page.getByText('2 calls from this page').waitFor();
    expect(stub.received['GET /test-service']).toHaveLength(2);
  });

  it('shows a refusal with what the API says, and a call that never arrived', async () => {
    stub.script('GET /test-service', problem(402, 'subscription_inactive', 'The subscription has ended.'), {
      drop: true,
    });
    const { page } = await openRegistered();
    await page.locator('#call').click();
    await page.locator('#answer-status').filter({ hasText: '402' }).waitFor();
    expect(await page.locator('#answer-help').textContent()).toBe('The subscription has ended.');
    await page.locator('#call').click();
    await page.locator('#answer-status').filter({ hasText: 'Unreachable' }).waitFor();
    expect(await page.locator('#answer-body').isVisible()).toBe(false);
    expect(await page.locator('#call-count').textContent()).toBe('2 calls from this page');
  });

  it('ticks the steps as they are taken, in whatever order', async () => {
    stub.script('GET /test-service', CALLED);
    const { page } = await openRegistered();
    const current = page.locator('#steps > [aria-current="step"]');
    expect(await current.innerText()).toContain('Copy your token');
    await page.locator('#call').click();
    await page.locator('#steps > li:nth-child(3)[data-done]').waitFor();
    expect(await current.innerText()).toContain('Copy your token');
    await page.locator('#copy-token').click();
    await page.locator('#steps > li:nth-child(2)[data-done]').waitFor();
    expect(await current.count()).toBe(0);
  });
});

/** What a POSIX shell would hand to curl. */
async function argumentsOf(line: string): Promise<string[]> {
  const { stdout } = await run('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${line}`]);
  return stdout.trimEnd().split('\n');
}
