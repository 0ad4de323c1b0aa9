import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { until } from '../support/processes.js';
import { launchBrowser, visit } from './support/browser.js';
import { accessibilityFaults, smallTargets } from './support/looks.js';
import { HELD_STREAMS, HeldStream, stageWords } from './support/meter-test.js';
import { fakeOperator, GOOD, MARKUP } from './support/operator.js';
import { StubServer } from './support/stub-server.js';

/** Pictures of every state, to be looked at; git ignores them. */
const PICTURES = fileURLToPath(new URL('../../test-results/admin-meter-test/', import.meta.url));

const SEEN: [stage: string, message: string][] = [
  ['meter', 'active at Stripe as mtr_test_61R, used by the price of standard, package'],
  ['subscription', 'cus_QXg1o8vlGmRkp2 has one, and 3 more'],
  ['call', 'a call of cus_QXg1o8vlGmRkp2 was counted'],
  ['report', '1234 of 1234 units reported for this period'],
  ['stripe', 'Stripe shows 1234 units, as reported'],
];

/** What is done to a test that was started, until the page is as it should be looked at. */
const STATES: Record<string, (stream: HeldStream) => Promise<void>> = {
  waiting: async (stream) => {
    await pass(stream, 2);
    await stream.progress(
      'call',
      'working',
      `3 paid calls, none of which matches the meter; the latest: ${MARKUP}`,
    );
  },
  passed: async (stream) => {
    await pass(stream, 5);
    await stream.end('passed');
  },
  failed: async (stream) => {
    await pass(stream, 2);
    await stream.progress(
      'call',
      'failed',
      '1 paid calls, none of which matches the meter; the latest: GET /a_long_route_that_has_no_place_to_break_and_goes_on_and_on_and_on_and_on 200 on plan standard',
      "Call the meter's route with a token of such a customer, while the application runs. See which calls the meter counts: its filter in the catalog.",
    );
    await stream.end('failed');
  },
  lost: async (stream) => {
    await pass(stream, 1);
    await stream.cut();
  },
};

async function pass(stream: HeldStream, stages: number): Promise<void> {
  for (const [stage, message] of SEEN.slice(0, stages)) await stream.progress(stage, 'passed', message);
}

let browser: Browser;
let stub: StubServer;
beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));

async function open(theme: 'light' | 'dark', width: number, meters: unknown = GOOD['meters']) {
  const seen = await visit(
    browser,
    `${stub.url}/favicon.svg`,
    {
      colorScheme: theme,
      viewport: { width, height: width < 600 ? 740 : 860 },
      reducedMotion: 'reduce',
      hasTouch: width < 600,
    },
    axe.source + HELD_STREAMS,
  );
  await fakeOperator(seen.page, { ...GOOD, meters });
  await seen.page.goto(`${stub.url}/admin/ui#meters`);
  await seen.page.locator('#meter-test').waitFor();
  return seen;
}

async function look({ page, context, complaints }: Awaited<ReturnType<typeof open>>, name: string) {
  await page.locator('#meter-test').screenshot({ path: `${PICTURES}${name}.png` });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(page.viewportSize()?.width);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await smallTargets(page.locator('#meter-test'))).toEqual([]);
  expect(await page.locator('#meter-test img, #meter-test b').count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
}

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  describe.each([360, 1280])('%i px wide', (width) => {
    it.each(Object.entries(STATES))('%s', async (name, play) => {
      const seen = await open(theme, width);
      await seen.page.getByRole('button', { name: 'Start the test' }).click();
      const stream = new HeldStream(seen.page);
      await until(async () => (await stream.asked()).length > 0);
      await play(stream);
      await until(async () => (await stageWords(seen.page)).includes('done'));
      if (name === 'waiting') await seen.page.getByText(MARKUP).last().waitFor();
      else await seen.page.locator('#meter-test-outcome > .badge').waitFor();
      await look(seen, `${name}-${theme}-${width}`);
    });

    it('at rest, with a live key', async () => {
      const seen = await open(theme, width, { ...(GOOD['meters'] as object), live: true });
      expect(await stageWords(seen.page)).toEqual(Array<string>(5).fill('not yet'));
      await look(seen, `live-key-${theme}-${width}`);
    });
  });
});

it.each([
  ['nothing to test', { meters: [], lagSeconds: 0, waitingCalls: 0, live: false }],
  ['not known what', undefined],
])('%s: it is not offered', async (_what, meters) => {
  const seen = await visit(browser, `${stub.url}/favicon.svg`);
  await fakeOperator(seen.page, { ...GOOD, meters });
  await seen.page.goto(`${stub.url}/admin/ui#meters`);
  await seen.page.locator('#meters:not([data-state="loading"])').waitFor();
  expect(await seen.page.locator('#meter-test').isVisible()).toBe(false);
  await seen.context.close();
});
