import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Fakes, fakeAccount, GOOD, PANELS, panelState, signIn } from './support/account.js';
import { launchBrowser, visit } from './support/browser.js';
import { accessibilityFaults, smallTargets } from './support/looks.js';
import { StubServer } from './support/stub-server.js';

/** Pictures of every state, to be looked at; git ignores them. */
const PICTURES = fileURLToPath(new URL('../../test-results/dashboard/', import.meta.url));

const WIDTHS = [320, 390, 768, 1280];
const THEMES = ['light', 'dark'] as const;

const failure = {
  status: 503,
  body: {
    title: 'Service Unavailable',
    detail: 'The database is away.',
    code: 'database_unavailable',
    requestId: 'r-1',
  },
};
const FAILED: Fakes = Object.fromEntries(Object.keys(GOOD).map((route) => [route, failure]));

const STATES: Record<string, (page: Page) => Promise<void>> = {
  'sign-in': async () => undefined,
  ready: async (page) => {
    await fakeAccount(page, GOOD);
    await signIn(page);
    for (const id of PANELS) await panelState(page, id, 'ready');
    await page.locator('.u-over').waitFor();
    await page.locator('#invoices summary').first().click();
  },
  empty: async (page) => {
    await fakeAccount(page, {
      'GET /account': { ...(GOOD['GET /account'] as object), status: 'past_due', cancelAtPeriodEnd: true },
      'GET /account/usage': { meters: [] },
      'GET /account/invoice-preview': { lines: [] },
      'GET /account/invoices': { invoices: [] },
      'GET /account/tokens': { tokens: [] },
      'GET /account/calls': { calls: [], nextCursor: null },
      'GET /openapi.json': { paths: {} },
    });
    await signIn(page);
    for (const id of PANELS.filter((each) => each !== 'plan')) await panelState(page, id, 'empty');
  },
  failed: async (page) => {
    await fakeAccount(page, FAILED);
    await signIn(page);
    for (const id of PANELS) await panelState(page, id, 'failed');
  },
  absent: async (page) => {
    await fakeAccount(page, {});
    await signIn(page);
    for (const id of PANELS) await panelState(page, id, 'absent');
  },
  dialog: async (page) => {
    await fakeAccount(page, GOOD);
    await signIn(page);
    await panelState(page, 'tokens', 'ready');
    await page.getByRole('button', { name: 'Revoke production' }).click();
    await page.locator('#confirm[open]').waitFor();
  },
};

let browser: Browser;
let stub: StubServer;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));

describe.each(THEMES)('%s', (theme) => {
  describe.each(WIDTHS)('%i px wide', (width) => {
    it.each(Object.keys(STATES))('%s', async (name) => {
      const options: BrowserContextOptions = {
        colorScheme: theme,
        viewport: { width, height: width < 600 ? 740 : 860 },
        reducedMotion: 'reduce',
        hasTouch: width < 600,
      };
      const { page, context, complaints } = await visit(
        browser,
        `${stub.url}/dashboard`,
        options,
        axe.source,
      );
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
