import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { panelState } from './support/account.js';
import { launchBrowser, visit } from './support/browser.js';
import { accessibilityFaults, smallTargets } from './support/looks.js';
import { EMPTY, FAILED, fakeOperator, GOOD, MARKUP, type OperatorFakes } from './support/operator.js';
import { StubServer } from './support/stub-server.js';

/** Pictures of every state, to be looked at; git ignores them. */
const PICTURES = fileURLToPath(new URL('../../test-results/admin/', import.meta.url));

/** By the address of each view, its panels that fill themselves. */
const VIEWS: Record<string, string[]> = {
  overview: ['health', 'revenue'],
  accounts: ['accounts'],
  'accounts/cus_QXg1o8vlGmRkp2': ['account'],
  meters: ['meters'],
  usage: ['checks', 'lost'],
  webhooks: ['webhooks'],
  catalog: ['drift'],
};

let browser: Browser;
let stub: StubServer;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));

async function open(hash: string, fakes: OperatorFakes, theme: 'light' | 'dark', width: number) {
  const seen = await visit(
    browser,
    `${stub.url}/favicon.svg`,
    {
      colorScheme: theme,
      viewport: { width, height: width < 600 ? 740 : 860 },
      reducedMotion: 'reduce',
      hasTouch: width < 600,
    },
    axe.source,
  );
  await fakeOperator(seen.page, fakes);
  await seen.page.goto(`${stub.url}/admin/ui#${hash}`);
  return seen;
}

async function look(
  { page, context, complaints }: Awaited<ReturnType<typeof open>>,
  name: string,
  width: number,
) {
  await page.screenshot({ path: `${PICTURES}${name.replaceAll('/', '-')}.png`, fullPage: true });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
}

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  describe.each([360, 1280])('%i px wide', (width) => {
    it.each(Object.entries(VIEWS))('%s', async (hash, panels) => {
      const seen = await open(hash, GOOD, theme, width);
      for (const id of panels) await panelState(seen.page, id, 'ready');
      if (hash === 'usage') {
        await seen.page.getByRole('button', { name: 'Sync to Stripe' }).click();
        await seen.page.locator('#report-outcome').getByText('6 held by the breaker').waitFor();
        await seen.page.getByRole('button', { name: 'Compare' }).click();
        await seen.page.locator('#reconciliation[data-state="ready"]').waitFor();
      }
      await look(seen, `${hash}-${theme}-${width}`, width);
    });

    it('signed out', async () => {
      const seen = await open('', {}, theme, width);
      await seen.page.locator('#sign-in').waitFor();
      await look(seen, `signed-out-${theme}-${width}`, width);
    });
  });
});

describe('states', () => {
  it.each(Object.entries(VIEWS))('%s says what failed, and tries again', async (hash, panels) => {
    const seen = await open(hash, FAILED, 'light', 1280);
    for (const id of panels) await panelState(seen.page, id, 'failed');
    expect(await seen.page.locator(`#${panels[0]} .panel-message`).textContent()).toContain(
      'The database is away.',
    );
    await fakeOperator(seen.page, GOOD);
    for (const id of panels) {
      await seen.page.locator(`#${id}`).getByRole('button', { name: 'Try again' }).click();
      await panelState(seen.page, id, 'ready');
    }
    await look(seen, `${hash}-failed`, 1280);
  });

  it.each(Object.entries(VIEWS).filter(([hash]) => !hash.includes('/')))(
    '%s says when there is nothing',
    async (hash, panels) => {
      const seen = await open(hash, EMPTY, 'light', 1280);
      for (const id of panels) await seen.page.locator(`#${id}:not([data-state="loading"])`).waitFor();
      expect(await seen.page.locator('[data-view]:visible').innerText()).toMatch(
        /Nothing|No |Nobody|has no meter|as monetization\.yaml says/,
      );
      await look(seen, `${hash}-empty`, 1280);
    },
  );
});

it.each(Object.keys(VIEWS))('%s shows markup as the text that it is', async (hash) => {
  const { page, context, complaints } = await open(hash, GOOD, 'light', 1280);
  if (hash !== 'usage') await page.getByText(MARKUP).first().waitFor();
  expect(await page.locator('main img, main b').count()).toBe(0);
  expect(await page.title()).toBe('Operator · Farebox');
  expect(complaints).toEqual([]);
  await context.close();
});
