import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { PLANS, REGISTERED } from './support/answers.js';
import { type Visit, launchBrowser, visit } from './support/browser.js';
import { ADA, fill, shownToken, submit } from './support/form.js';
import { type Scripted, StubServer } from './support/stub-server.js';

let browser: Browser;
let stub: StubServer;
let visited: Visit | undefined;

beforeAll(async () => {
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));
beforeEach(() => {
  stub.reset();
  stub.script('POST /register', REGISTERED);
});
afterEach(async () => {
  const complaints = visited?.complaints;
  await visited?.context.close();
  visited = undefined;
  expect(complaints).toEqual([]);
});

async function open(plans: Scripted, options: BrowserContextOptions = {}): Promise<Page> {
  stub.script('GET /plans', plans);
  visited = await visit(browser, stub.url, options);
  return visited.page;
}

describe('the plans', () => {
  it('are a group of cards with name and price, the default chosen', async () => {
    const page = await open(PLANS);
    await page.locator('#plans').waitFor();
    const choices = page.getByRole('radiogroup', { name: 'Plan' }).getByRole('radio');
    expect(await choices.count()).toBe(4);
    expect(await page.locator('.choice:has(:checked)').innerText()).toContain('$0.01 per call');
    expect(await choices.first().isChecked()).toBe(true);
  });

  it('are chosen with the arrow keys, and the choice is sent', async () => {
    const page = await open(PLANS);
    await page.locator('#plans').waitFor();
    await fill(page);
    await page.getByLabel('Last name').press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await shownToken(page);
    expect(stub.received['POST /register'][0]?.body).toEqual({ ...ADA, plan: 'graduated' });
  });

  it('show names with markup as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const page = await open({
      body: {
        plans: [
          { id: 'a', name },
          { id: 'b', name: 'B', default: true },
        ],
      },
    });
    await page.locator('#plans').waitFor();
    expect(await page.locator('.choice-name').first().textContent()).toBe(name);
    expect(await page.locator('#plans img').count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'B' }).isChecked()).toBe(true);
  });

  it.each<[string, Scripted]>([
    ['there is one plan', { body: { plans: [{ id: 'only', name: 'Only', default: true }] } }],
    ['there is none', { body: { plans: [] } }],
    ['they fail', { status: 503 }],
    ['they cannot be reached', { drop: true }],
    ['they are not what was agreed', { body: '<html>' }],
  ])('are left out when %s, and registering goes on without', async (_case, plans) => {
    const arrived = stub.arrival('GET /plans');
    const page = await open(plans);
    await arrived;
    await fill(page);
    await submit(page);
    await shownToken(page);
    expect(await page.locator('#plans').count()).toBe(0);
    expect(stub.received['POST /register'][0]?.body).toEqual(ADA);
  });
});

describe('with the keyboard', () => {
  it('everything is reached in order, and each stop is seen', async () => {
    const page = await open(PLANS);
    await page.locator('#plans').waitFor();
    const stops: string[] = [];
    for (let press = 0; press < 10; press += 1) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate<string>(FOCUSED_NAME));
      expect([stops.at(-1), await page.evaluate(FOCUS_IS_DRAWN)]).toEqual([stops.at(-1), true]);
    }
    expect(stops).toEqual([
      'Skip to registration',
      'Farebox',
      'Plans',
      'Dashboard',
      'API reference',
      'email',
      'firstname',
      'lastname',
      'plan',
      'submit',
    ]);
  });
});

describe('what a browser is told about the fields', () => {
  it.each([
    ['Email', 'email', 'email'],
    ['First name', 'given-name', 'text'],
    ['Last name', 'family-name', 'text'],
  ])('%s can be filled in by it', async (label, autocomplete, type) => {
    const field = (await open(PLANS)).getByLabel(label);
    expect(await field.getAttribute('autocomplete')).toBe(autocomplete);
    expect(await field.getAttribute('type')).toBe(type);
  });

  it('nobody’s data goes into an address when the script did not run', async () => {
    const page = await open(PLANS, { javaScriptEnabled: false });
    expect(await page.locator('#registration-form').getAttribute('method')).toBe('post');
    expect(await page.locator('noscript p').isVisible()).toBe(true);
  });
});

describe('before registering', () => {
  it('it is said that a reload loses the token', async () => {
    const page = await open(PLANS);
    expect(await page.locator('.submit').innerText()).toMatch(/copy it before you reload/);
  });

  it('Swagger UI is linked', async () => {
    const page = await open(PLANS);
    expect(
      await page.getByRole('banner').getByRole('link', { name: 'API reference' }).getAttribute('href'),
    ).toBe('/docs');
  });
});

const FOCUSED_NAME = `(() => {
  const { name, id, textContent } = document.activeElement;
  return name || id || textContent.trim();
})()`;

/** The focused element, or the card around a radio button, has an outline of at least 2 px. */
const FOCUS_IS_DRAWN = `[document.activeElement, document.activeElement.closest('.choice')].some((element) => {
  if (!element) return false;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
})`;
