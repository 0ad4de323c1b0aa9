import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { CALLED, PLANS, REGISTERED, problem } from './support/answers.js';
import { launchBrowser, visit } from './support/browser.js';
import { accessibilityFaults, smallTargets } from './support/looks.js';
import { fill, shownToken, state, submit } from './support/form.js';
import { StubServer } from './support/stub-server.js';

/** Pictures of every state, to be looked at; git ignores them. */
const PICTURES = fileURLToPath(new URL('../../test-results/register/', import.meta.url));

const WIDTHS = [320, 375, 768, 1280];
const THEMES = ['light', 'dark'] as const;

/** Brings a fresh page into a state of interest. */
const STATES: Record<string, (page: Page) => Promise<void>> = {
  idle: async (page) => {
    await page.locator('#plans').waitFor();
  },
  errors: async (page) => {
    stub.script(
      'POST /register',
      problem(400, 'validation_failed', 'Some fields are not right.', {
        errors: [
          { field: 'email', message: 'This is not an email address.' },
          { field: 'firstname', message: 'At most 100 characters.' },
          { field: 'plan', message: 'There is no such plan any more.' },
        ],
      }),
    );
    await fill(page);
    await submit(page);
    await state(page, 'error');
  },
  away: async (page) => {
    stub.script(
      'POST /register',
      problem(
        503,
        'billing_unavailable',
        'The billing provider does not answer; your registration is kept.',
        {
          retryAfter: '30',
        },
      ),
    );
    await fill(page);
    await submit(page);
    await state(page, 'retry');
  },
  done: async (page) => {
    stub.script('POST /register', REGISTERED);
    stub.script('GET /test-service', CALLED);
    await fill(page);
    await submit(page);
    await shownToken(page);
    await page.getByRole('button', { name: 'Call /test-service' }).click();
    await page.locator('#answer').waitFor();
  },
};

let browser: Browser;
let stub: StubServer;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));
beforeEach(() => {
  stub.reset();
  stub.script('GET /plans', PLANS);
});

describe.each(THEMES)('%s', (theme) => {
  describe.each(WIDTHS)('%i px wide', (width) => {
    it.each(Object.keys(STATES))('%s', async (name) => {
      const options: BrowserContextOptions = {
        colorScheme: theme,
        viewport: { width, height: width < 600 ? 740 : 860 },
        reducedMotion: 'reduce',
        hasTouch: width < 600,
      };
      const { page, context, complaints } = await visit(browser, stub.url, options, axe.source);
      await STATES[name]?.(page);
      await page.screenshot({ path: `${PICTURES}${name}-${theme}-${width}.png`, fullPage: true });

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await smallTargets(page)).toEqual([]);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
});
