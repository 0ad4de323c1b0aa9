import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { PLANS, REGISTERED, problem } from './support/answers.js';
import { type Visit, launchBrowser, visit } from './support/browser.js';
import { ADA, fill, shownToken, state, submit } from './support/form.js';
import { StubServer } from './support/stub-server.js';

let browser: Browser;
let stub: StubServer;
let visited: Visit;
let page: Page;

beforeAll(async () => {
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));
beforeEach(async () => {
  stub.reset();
  stub.script('GET /plans', PLANS);
  visited = await visit(browser, stub.url);
  page = visited.page;
  await page.locator('#plans').waitFor();
});
afterEach(async () => {
  await visited.context.close();
  expect(visited.complaints).toEqual([]);
});

const keys = (): unknown[] =>
  stub.received['POST /register'].map(({ headers }) => headers['idempotency-key']);
const notice = (): Promise<string> => page.getByRole('alert').innerText();
const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.id');

describe('before anything is sent', () => {
  it('names the empty fields beside them and goes to the first', async () => {
    await page.getByLabel('Email').fill(ADA.email);
    await submit(page);
    await state(page, 'error');
    expect(await page.locator('#firstname-error').innerText()).toBe('Enter your first name.');
    expect(await page.locator('#lastname-error').innerText()).toBe('Enter your last name.');
    expect(await page.locator('#email-error').isVisible()).toBe(false);
    expect(await focused()).toBe('firstname');
    const field = page.getByLabel('First name');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.getAttribute('aria-describedby')).toBe('firstname-error');
    expect(stub.received['POST /register']).toEqual([]);
  });

  it('takes an error away as soon as its field changes', async () => {
    await fill(page, { ...ADA, email: 'ada' });
    await submit(page);
    expect(await page.locator('#email-error').innerText()).toContain('complete email address');
    await page.getByLabel('Email').pressSequentially('@');
    expect(await page.locator('#email-error').isVisible()).toBe(false);
    expect(await page.getByLabel('Email').getAttribute('aria-invalid')).toBeNull();
  });
});

describe('register.400', () => {
  it('puts the errors beside their fields, the focus into the first, and the rest into the notice', async () => {
    stub.script(
      'POST /register',
      problem(400, 'validation_failed', 'Some fields are not right.', {
        errors: [
          { field: 'plan', message: 'There is no such plan.' },
          { field: 'lastname', message: 'At most <b>100</b> characters.' },
          { field: 'nickname', message: 'This field is not known.' },
        ],
      }),
    );
    await fill(page);
    await submit(page);
    await state(page, 'error');
    expect(await page.locator('#lastname-error').innerText()).toBe('At most <b>100</b> characters.');
    expect(await page.locator('#plan-error').innerText()).toBe('There is no such plan.');
    expect(await page.getByRole('radiogroup', { name: 'Plan' }).getAttribute('aria-invalid')).toBe('true');
    expect(await focused()).toBe('lastname');
    expect(await notice()).toContain('nickname: This field is not known.');
  });

  it('shows an error of the plan in the notice when no plan was to be chosen', async () => {
    stub.script('GET /plans', { status: 500 });
    const plans = stub.arrival('GET /plans');
    await page.reload();
    await plans;
    stub.script(
      'POST /register',
      problem(400, 'validation_failed', 'x', { errors: [{ field: 'plan', message: 'A plan is needed.' }] }),
    );
    await fill(page);
    await submit(page);
    await state(page, 'error');
    expect(await notice()).toContain('plan: A plan is needed.');
  });
});

describe('register.409', () => {
  it('email_taken stands beside the email', async () => {
    stub.script('POST /register', problem(409, 'email_taken', 'This email already has an account.'));
    await fill(page);
    await submit(page);
    await state(page, 'error');
    expect(await page.locator('#email-error').innerText()).toBe('This email already has an account.');
    expect(await focused()).toBe('email');
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('registration_conflict is told with its reference', async () => {
    stub.script(
      'POST /register',
      problem(409, 'registration_conflict', 'Another registration is under way.'),
    );
    await fill(page);
    await submit(page);
    await state(page, 'error');
    expect(await notice()).toContain('Another registration is under way.');
    expect(await notice()).toContain('0193a5f2-9b7c-7c31-8e55-2f1d7a60c9d4');
  });
});

describe('register.422', () => {
  it('takes a fresh key for the next attempt when the old one is spent', async () => {
    stub.script(
      'POST /register',
      problem(422, 'idempotency_key_reused', 'This key was used before.'),
      REGISTERED,
    );
    await fill(page);
    await submit(page);
    await state(page, 'error');
    expect(await notice()).toContain('This key was used before.');
    await submit(page);
    await shownToken(page);
    expect(new Set(keys()).size).toBe(2);
  });
});

describe.each([
  [429, 'rate_limited', 'Too many attempts'],
  [503, 'billing_unavailable', 'Not registered yet'],
])('register.%i', (status, code, title) => {
  it('says when to try again, holds the button so long, and keeps the key', async () => {
    stub.script('POST /register', problem(status, code, 'Not now.', { retryAfter: '70' }), REGISTERED);
    await page.clock.install();
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    const button = page.locator('#submit');
    expect(await notice()).toContain(title);
    expect(await notice()).toContain('Not now. You can try again in 70 seconds.');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await button.innerText()).toMatch(/Try again\s+in 1:(10|09)/);
    expect(await focused()).toBe('submit');
    // Forced: Playwright itself would wait for a button that says it is disabled.
    await button.click({ force: true });
    await page.getByLabel('Email').press('Enter');
    expect(stub.received['POST /register']).toHaveLength(1);

    await page.clock.fastForward(71_000);
    await page.locator('#submit[aria-disabled="false"]').waitFor();
    expect(await page.getByRole('status').textContent()).toBe('You can try again now.');
    await button.click();
    await shownToken(page);
    expect(keys()).toHaveLength(2);
    expect(new Set(keys()).size).toBe(1);
  });
});

describe('register.503', () => {
  it('understands a Retry-After that is a date', async () => {
    const retryAfter = new Date(Date.now() + 10 * 60_000).toUTCString();
    stub.script('POST /register', problem(503, 'billing_unavailable', 'Not now.', { retryAfter }));
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    expect(await notice()).toMatch(/in (9|10) minutes\./);
  });

  it('without Retry-After can be tried again at once', async () => {
    stub.script('POST /register', problem(503, 'billing_unavailable', 'Not now.'), REGISTERED);
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    await page.getByRole('button', { name: 'Try again' }).click();
    await shownToken(page);
    expect(new Set(keys()).size).toBe(1);
  });

  it('takes another key for other input, and the first one again for the first input', async () => {
    const away = problem(503, 'billing_unavailable', 'Not now.');
    stub.script('POST /register', away, away, REGISTERED);
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    await page.getByLabel('Last name').fill('Byron');
    await submit(page);
    await page.locator('#submit[aria-busy="false"]').waitFor();
    await page.getByLabel('Last name').fill(ADA.lastname);
    await submit(page);
    await shownToken(page);
    const [first, other, again] = keys();
    expect(other).not.toBe(first);
    expect(again).toBe(first);
  });
});

describe('an answer that never comes', () => {
  it('keeps input and key through a network failure', async () => {
    stub.script('POST /register', { drop: true });
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    expect(await notice()).toContain('The server cannot be reached');
    expect(await page.getByLabel('Email').inputValue()).toBe(ADA.email);
    stub.script('POST /register', REGISTERED);
    await submit(page);
    await shownToken(page);
    // The browser by itself repeats a request whose connection was cut, so there may be more than two.
    expect(keys().length).toBeGreaterThan(1);
    expect(new Set(keys()).size).toBe(1);
  });

  it('gives up after half a minute', async () => {
    await page.clock.install();
    stub.script('POST /register', { after: new Promise(() => undefined) });
    await fill(page);
    const arrived = stub.arrival('POST /register');
    await submit(page);
    await arrived;
    await page.clock.fastForward(30_001);
    await state(page, 'retry');
    expect(await notice()).toContain('did not respond within 30 seconds');
  });
});

describe('an answer that is not ours', () => {
  it('a proxy’s error page is told by its status', async () => {
    stub.script('POST /register', {
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<h1>Bad</h1>',
    });
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    expect(await notice()).toContain('The server answered with status 502.');
  });

  it('a success without a token is not taken for one', async () => {
    stub.script('POST /register', { body: { apikey: 'x' } });
    await fill(page);
    await submit(page);
    await state(page, 'retry');
    expect(await notice()).toContain('has no token');
  });
});
