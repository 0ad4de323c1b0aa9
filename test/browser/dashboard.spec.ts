import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import {
  ACCOUNT,
  type Asked,
  callAt,
  CALLS,
  type Fakes,
  fakeAccount,
  GOOD,
  INVOICES,
  PANELS,
  panelState,
  PERIOD,
  PREVIEW,
  signIn,
  TOKENS,
  usage,
} from './support/account.js';
import { TOKEN } from './support/answers.js';
import { launchBrowser, type Visit, visit } from './support/browser.js';
import { StubServer } from './support/stub-server.js';

/** Everything that `/dashboard` has a browser run: the aim of its design, with what its panels have learnt since. */
const SCRIPT_BUDGET = 165_000;

let browser: Browser;
let stub: StubServer;
let visited: Visit | undefined;

beforeAll(async () => {
  [browser, stub] = await Promise.all([launchBrowser(), StubServer.start()]);
});
afterAll(() => Promise.all([browser?.close(), stub?.close()]));
afterEach(async () => {
  const complaints = visited?.complaints;
  await visited?.context.close();
  visited = undefined;
  expect(complaints).toEqual([]);
});

async function open(fakes: Fakes = {}): Promise<{ page: Page; asked: Asked[] }> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  visited = await visit(browser, `${stub.url}/dashboard`, { permissions });
  const { page } = visited;
  return { page, asked: await fakeAccount(page, { ...GOOD, ...fakes }) };
}

async function openSignedIn(fakes: Fakes = {}): Promise<{ page: Page; asked: Asked[] }> {
  const opened = await open(fakes);
  await signIn(opened.page);
  return opened;
}

const problem = (status: number, code: string, detail: string) => ({
  status,
  body: { title: code, detail, code, requestId: 'r-1' },
});
const to = (asked: Asked[], route: string): Asked[] => asked.filter((each) => each.route === route);

describe('the token', () => {
  it('opens the dashboard, is kept by this tab alone, and is in no address', async () => {
    const { page, asked } = await open();
    await signIn(page, `  Authorization: Bearer ${TOKEN}\n`);
    await panelState(page, 'calls', 'ready');
    for (const { headers, search } of asked.filter(({ route }) => route.startsWith('GET /account'))) {
      expect(headers['authorization']).toBe(`Bearer ${TOKEN}`);
      expect(search).not.toContain(TOKEN);
    }
    expect(to(asked, 'GET /plans')[0]?.headers['authorization']).toBeUndefined();
    expect(page.url()).toBe(`${stub.url}/dashboard`);
    expect(await page.evaluate('JSON.stringify([localStorage, document.cookie])')).toBe('[{},""]');
    expect(await page.content()).not.toContain(TOKEN);
    await page.reload();
    await page.locator('#dashboard').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#sign-in').waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}');
    expect(await page.locator('#token-rows').textContent()).toBe('');
  });

  it('that does not work is said beside its field', async () => {
    const { page } = await open({
      'GET /account/calls': problem(401, 'token_expired', 'The token has expired.'),
    });
    await page.getByLabel('Access token').fill('eyJ not a token!');
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    expect(await page.locator('#token-error').textContent()).toContain('Paste the complete token');
    await page.getByLabel('Access token').fill(TOKEN);
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByText('The token has expired.').waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}');
  });

  it('that stops working leads back to where it is asked for', async () => {
    let works = true;
    const { page } = await openSignedIn({
      'GET /account/usage': (request) =>
        works ? usage(request) : problem(401, 'token_revoked', 'The token was revoked.'),
    });
    await panelState(page, 'usage', 'ready');
    works = false;
    await page.getByText('Hour', { exact: true }).click();
    await page.locator('#sign-in-notice').getByText('The token was revoked.').waitFor();
    expect(await page.locator('#dashboard').isVisible()).toBe(false);
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}');
  });
});

it('an invoice with more lines than a list shows has all of them at a click, page by page', async () => {
  const [invoice] = INVOICES.invoices;
  const lineOf = (n: number) => ({ id: `il_${n}`, description: `Line ${n}`, quantity: '1', amount: '1.00' });
  const { page, asked } = await openSignedIn({
    'GET /account/invoices': { invoices: [{ ...invoice, lines: [lineOf(1)], moreLines: true }] },
    'GET /account/invoices/in_1/lines': (request) =>
      new URL(request.url()).search === ''
        ? { lines: [lineOf(1), lineOf(2)], nextCursor: 'il_2' }
        : { lines: [lineOf(3)], nextCursor: null },
  });
  await panelState(page, 'invoices', 'ready');
  await page.locator('#invoices summary').click();
  await page.getByRole('button', { name: 'Show all lines' }).click();
  await page.getByText('Line 3').waitFor();
  expect(await page.locator('#invoices tbody tr').count()).toBe(3);
  expect(await page.getByRole('button', { name: 'Show all lines' }).count()).toBe(0);
  expect(to(asked, 'GET /account/invoices/in_1/lines').map(({ search }) => search)).toEqual([
    '',
    '?cursor=il_2',
  ]);
});

describe('panels', () => {
  it('the coming invoice breaks no amount in two, however long its label', async () => {
    const description = '12,345 × My API (at $0.10 / month)';
    const lines = PREVIEW.lines.map((line) => ({ ...line, description }));
    const { page } = await openSignedIn({ 'GET /account/invoice-preview': { ...PREVIEW, lines } });
    await panelState(page, 'invoice', 'ready');
    for (const width of [1_100, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const rows = await page.locator('.bill-line-head > strong').evaluateAll((amounts) =>
        amounts.map((amount) => {
          const range = amount.ownerDocument.createRange();
          range.selectNodeContents(amount);
          return range.getClientRects().length;
        }),
      );
      expect(rows).toEqual(lines.map(() => 1));
    }
  });

  it.each(PANELS)('%s fails alone, and can be tried again', async (id) => {
    const route = {
      usage: 'GET /account/usage',
      invoice: 'GET /account/invoice-preview',
      calls: 'GET /account/calls',
      tokens: 'GET /account/tokens',
      plan: 'GET /account',
      invoices: 'GET /account/invoices',
      start: 'GET /openapi.json',
    }[id] as string;
    let fails = false;
    const { page } = await open({
      [route]: (request) => {
        if (fails) return problem(503, 'database_unavailable', 'The database is away.');
        const good = GOOD[route];
        return typeof good === 'function' ? good(request) : (good as object);
      },
    });
    // The calls are what a token is tried with: it fails after that.
    if (id === 'calls') await page.getByLabel('Access token').fill(TOKEN);
    fails = id !== 'calls';
    await signIn(page);
    if (id === 'calls') {
      await panelState(page, 'calls', 'ready');
      fails = true;
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
    }
    await panelState(page, id, 'failed');
    expect(await page.locator(`#${id} .panel-message`).textContent()).toContain('The database is away.');
    for (const other of PANELS.filter((each) => each !== id)) await panelState(page, other, 'ready');
    fails = false;
    await page.locator(`#${id}`).getByRole('button', { name: 'Try again' }).click();
    await panelState(page, id, 'ready');
  });

  it('stay within their budget of scripts', async () => {
    const { page } = await open();
    let bytes = 0;
    const pending: Promise<void>[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js'))
        pending.push(response.body().then((body) => void (bytes += body.length)));
    });
    await page.reload();
    await signIn(page);
    await panelState(page, 'usage', 'ready');
    await Promise.all(pending);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(SCRIPT_BUDGET);
  });

  it('names, plans, routes and emails that contain markup are shown as text', async () => {
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const spoil = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map((each) => spoil(each));
      if (typeof value === 'object' && value !== null)
        return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, spoil(each)]));
      // Times, amounts, ids and states keep their meaning; every other text is somebody's.
      return typeof value === 'string' && !/^(?:\d|0193|usd$|https?:)/.test(value) ? evil : value;
    };
    const { page } = await openSignedIn({
      'GET /account': spoil(ACCOUNT) as object,
      'GET /account/usage': (request) => spoil(usage(request)) as object,
      'GET /account/invoice-preview': spoil(PREVIEW) as object,
      'GET /account/invoices': spoil(INVOICES) as object,
      'GET /account/tokens': spoil(TOKENS) as object,
      'GET /account/calls': spoil(CALLS) as object,
      'GET /plans': spoil(GOOD['GET /plans']) as object,
      'GET /openapi.json': { paths: { [`/${evil}`]: { get: { 'x-metered': true, summary: evil } } } },
    });
    for (const id of PANELS) await panelState(page, id, 'ready');
    for (const place of [
      '#account-line',
      '#invoice-body',
      '#invoices-body',
      '#token-rows',
      '#plan',
      '#call-rows',
      '#start',
    ])
      expect([place, await page.locator(place).textContent()]).toEqual([
        place,
        expect.stringContaining('<img'),
      ]);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Dashboard · Farebox');
  });

  it('send nobody to an address that is none', async () => {
    const [invoice] = INVOICES.invoices;
    const { page } = await openSignedIn({
      'GET /account/invoices': { invoices: [{ ...invoice, hostedUrl: 'javascript:alert(1)' }] },
      'POST /account/billing-portal': { url: 'javascript:document.title="owned"' },
    });
    await panelState(page, 'invoices', 'ready');
    await page.locator('#invoices summary').click();
    expect(await page.locator('#invoices a[target]').count()).toBe(0);
    await page.getByRole('button', { name: 'Manage billing' }).click();
    await page.locator('#plan-notice').waitFor();
    expect(await page.title()).toBe('Dashboard · Farebox');
  });
});

describe('usage', () => {
  it('by hour, day and period, with the time before beside it, and exact figures', async () => {
    const { page, asked } = await openSignedIn();
    await panelState(page, 'usage', 'ready');
    expect(await page.locator('#usage-figures').innerText()).toContain('9,007,199,254,740,993');
    const days = to(asked, 'GET /account/usage').map(({ search }) => new URLSearchParams(search));
    expect(days.map((query) => [query.get('granularity'), query.get('from')])).toEqual([
      ['day', new Date(PERIOD.start).toISOString()],
      ['day', new Date(PERIOD.start - 30 * 86_400_000).toISOString()],
    ]);
    await page.getByText('Show as a table').click();
    expect(await page.locator('#usage-table tbody tr').count()).toBe(30);
    const first = await page.locator('#usage-table tbody tr').first().locator('td').allInnerTexts();
    expect(first.every((text) => /^\d+$/.test(text))).toBe(true);
    // What has not come yet is no zero.
    expect(await page.locator('#usage-table tbody tr').last().locator('td').first().innerText()).toBe('–');

    await page.getByText('Hour', { exact: true }).click();
    await page.locator('#usage-legend').getByText('Last 24 hours').waitFor();
    expect(await page.locator('#usage-table tbody tr').count()).toBe(24);
    await page.locator('#granularity').getByText('Period').click();
    await page.locator('#usage-legend').getByText('Per period').waitFor();
    expect(await page.locator('#usage-chart').getAttribute('aria-label')).toContain('Calls by period');
  });

  it('has a choice of meters, and keyboard and screen reader reach it', async () => {
    const { page } = await openSignedIn();
    await panelState(page, 'usage', 'ready');
    await page.getByLabel('Meter').selectOption('Model tokens');
    expect(await page.locator('#usage-figures').innerText()).toContain('Model tokens');
    await page.getByRole('radio', { name: 'Day' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('#usage-legend').getByText('Per period').waitFor();
    expect(await page.locator('#usage-figures').innerText()).toContain('Model tokens');
  });
});

describe('invoices', () => {
  it('the coming one shows its tiers and leads to its calls', async () => {
    const { page, asked } = await openSignedIn();
    await panelState(page, 'invoice', 'ready');
    expect(await page.locator('#invoice-body').innerText()).toContain('$1,652.00');
    expect(await page.locator('#invoice-body').innerText()).toContain('201 × $2.0000001');
    expect(await page.locator('.ladder-part').allInnerTexts()).toEqual(['Tier 1', 'Tier 2', 'Tier 3']);
    await page.getByRole('link', { name: 'Calls of Calls from 151' }).click();
    await page.getByText('Calls of: Calls from 151').waitFor();
    await page.waitForFunction('document.activeElement.id === "calls-heading"');
    const query = new URLSearchParams(to(asked, 'GET /account/calls').at(-1)?.search);
    expect([query.get('from'), query.get('to')]).toEqual([PREVIEW.periodStart, PREVIEW.periodEnd]);
    await page.getByRole('button', { name: 'Show all calls' }).click();
    await page.locator('#calls-source').waitFor({ state: 'hidden' });
  });

  it('shows our own count, and how far Stripe is beneath it', async () => {
    const { page } = await openSignedIn({
      'GET /account/invoice-preview': { ...PREVIEW, differs: true, total: '0.00', lines: [] },
    });
    await panelState(page, 'invoice', 'ready');
    const text = await page.locator('#invoice-body').innerText();
    expect(text).toContain('$1,652.00');
    expect(text).toContain('201 × $2.0000001');
    expect(text).toMatch(
      /\$0\.00 synced to Stripe so far\. Last synced 2 Jan,? 03:04:05, next sync by 2 Jan,? 03:20:35 \(UTC\)\./,
    );
    expect(await page.locator('#invoice .notice').count()).toBe(0);
  });

  it('is refreshed while the page is open, and stays while a refresh fails', async () => {
    let answers = 0;
    const { page } = await open({
      'GET /account/invoice-preview': () => {
        answers += 1;
        if (answers === 2) return problem(503, 'billing_unavailable', 'Stripe is away.');
        const total = `${answers}.00`;
        return { ...PREVIEW, differs: true, ours: { ...PREVIEW.ours, total } };
      },
    });
    await page.clock.install();
    await signIn(page);
    const figure = page.locator('#invoice-body .figure');
    await figure.getByText('$1.00').waitFor();
    const refused = page.waitForResponse(/invoice-preview/);
    await page.clock.runFor(5_000);
    expect((await refused).status()).toBe(503);
    await panelState(page, 'invoice', 'ready');
    expect(await figure.innerText()).toBe('$1.00');
    await page.clock.runFor(5_000);
    await figure.getByText(/^\$[3-9]\.00$/).waitFor();
  });

  it('a past line leads to its calls, by its own route', async () => {
    const path = '/account/invoices/in_1/lines/il_1/calls';
    const { page } = await openSignedIn({
      [`GET ${path}`]: { calls: [callAt(9, { path: '/then' })], nextCursor: null },
    });
    await panelState(page, 'invoices', 'ready');
    await page.locator('#invoices summary').first().click();
    await page.getByRole('link', { name: 'Calls of 1,234 calls' }).click();
    await page.locator('#call-rows').getByText('/then').waitFor();
    expect(await page.locator('#call-rows tr').count()).toBe(1);
    expect(await page.getByRole('switch', { name: 'Live' }).isDisabled()).toBe(true);
  });
});

describe('calls', () => {
  it('are filtered, paged and saved as CSV with the token', async () => {
    const { page, asked } = await openSignedIn({
      'GET /account/calls': (request) => {
        const query = new URL(request.url()).searchParams;
        if (query.get('format') === 'csv') return { status: 200, text: 'id\r\n1\r\n' };
        if (query.get('cursor') === 'older')
          return { calls: [callAt(60, { path: '/old' })], nextCursor: null };
        return { calls: CALLS.calls, nextCursor: query.get('status') === '4xx' ? 'older' : null };
      },
    });
    await panelState(page, 'calls', 'ready');
    expect(await page.locator('#older-calls').isVisible()).toBe(false);
    await page.getByLabel('Status').selectOption('4xx');
    await page.locator('#older-calls').waitFor();
    await page.getByLabel('Route').fill('/items/:id');
    await page.getByLabel('Route').press('Enter');
    await page.waitForFunction('document.querySelectorAll("#call-rows tr").length === 3');
    await page.getByRole('button', { name: 'Older calls' }).click();
    await page.locator('#call-rows').getByText('/old').waitFor();
    expect(to(asked, 'GET /account/calls').at(-1)?.search).toBe(
      '?status=4xx&route=%2Fitems%2F%3Aid&cursor=older',
    );
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('calls.csv');
    expect(await readFile(await download.path(), 'utf8')).toBe('id\r\n1\r\n');
    expect(to(asked, 'GET /account/calls').at(-1)?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });

  it('come in while they are looked at: once each, in order; and go on after a break', async () => {
    const event = (call: Record<string, unknown>): string =>
      `id: ${String(call['id'])}\nevent: call\ndata: ${JSON.stringify(call)}\n\n`;
    const [fresh, fresher] = [callAt(0, { path: '/fresh' }), callAt(-1, { path: '/fresher' })];
    let times = 0;
    const { page, asked } = await openSignedIn({
      'GET /account/calls/live': () => ({
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        text: `retry: 2000\n: live\n\n${times++ === 0 ? event(fresh) + event(callAt(1)) : event(fresher)}`,
      }),
    });
    await page.locator('#call-rows').getByText('/fresher').waitFor();
    expect(await page.locator('#call-rows code').allInnerTexts()).toEqual([
      '/fresher',
      '/fresh',
      '/test-service',
      '/items/7',
      '/test-service',
    ]);
    const [first, second] = to(asked, 'GET /account/calls/live');
    expect(first?.headers['last-event-id']).toBe(callAt(1)['id']);
    expect(second?.headers['last-event-id']).toBeTruthy();
    await page.getByRole('switch', { name: 'Live' }).uncheck();
    const before = to(asked, 'GET /account/calls/live').length;
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await panelState(page, 'calls', 'ready');
    expect(to(asked, 'GET /account/calls/live')).toHaveLength(before);
  });
});

describe('tokens', () => {
  it('are created for an end user, shown once, and copied', async () => {
    const jwt = 'eyJ.new.token';
    const { page, asked } = await openSignedIn({ 'POST /account/tokens': { status: 201, body: { jwt } } });
    await panelState(page, 'tokens', 'ready');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('Enter a name').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('production ');
    await page.getByLabel('End user').fill('user-42');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.locator('#new-token-value').getByText(jwt).waitFor();
    const [order] = to(asked, 'POST /account/tokens');
    expect(order?.body).toEqual({ name: 'production', user: 'user-42' });
    expect(order?.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
    await page.locator('#copy-new-token').click();
    await page.locator('#copy-new-token').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(jwt);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.content()).not.toContain(jwt);
  });

  it('are created with less access than the one in use', async () => {
    const { page, asked } = await openSignedIn({
      'POST /account/tokens': { status: 201, body: { jwt: 'x' } },
    });
    await panelState(page, 'tokens', 'ready');
    await page.getByLabel('Name', { exact: true }).fill('worker');
    await page.getByLabel('Access', { exact: true }).selectOption('Call the API');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.locator('#new-token-value').getByText('x').waitFor();
    expect(to(asked, 'POST /account/tokens')[0]?.body).toEqual({ name: 'worker', scopes: ['call'] });
  });

  it('that cannot be created: why, beside the field or above the button', async () => {
    let answer = {
      status: 400,
      body: {
        title: 'Bad Request',
        code: 'validation_failed',
        errors: [{ field: 'user', message: 'is odd' }],
      } as object,
    };
    const { page } = await openSignedIn({ 'POST /account/tokens': () => answer });
    await panelState(page, 'tokens', 'ready');
    await page.getByLabel('Name', { exact: true }).fill('x');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.locator('#user-error').getByText('is odd').waitFor();
    answer = problem(409, 'too_many_tokens', 'You have a hundred tokens.');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.locator('#token-notice').getByText('You have a hundred tokens.').waitFor();
  });

  it('are revoked after a question; Escape says no', async () => {
    const jti = String(TOKENS.tokens[1]?.jti);
    const { page, asked } = await openSignedIn({ [`DELETE /account/tokens/${jti}`]: { status: 204 } });
    await page.getByRole('button', { name: 'Revoke production' }).click();
    await page.keyboard.press('Escape');
    await page.locator('#confirm').waitFor({ state: 'hidden' });
    expect(asked.some(({ route }) => route.startsWith('DELETE'))).toBe(false);
    await page.getByRole('button', { name: 'Revoke production' }).click();
    await page.locator('#confirm-yes').click();
    await page.getByRole('status').getByText('production is revoked.').waitFor();
    expect(to(asked, `DELETE /account/tokens/${jti}`)).toHaveLength(1);
  });
});

describe('plan and payment', () => {
  it('another plan is chosen after a question, with one key however often it is sent', async () => {
    let down = true;
    const { page, asked } = await openSignedIn({
      'POST /account/plan': () =>
        down ? problem(503, 'billing_unavailable', 'Stripe is away.') : { plan: 'starter' },
    });
    await panelState(page, 'plan', 'ready');
    const change = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Change plan' }).click();
      await page.locator('#confirm').getByText('Change to Starter?').waitFor();
      await page.locator('#confirm-yes').click();
    };
    await page.getByRole('radio', { name: /Starter/ }).check();
    await change();
    await page.locator('#plan-notice').getByText('Stripe is away.').waitFor();
    down = false;
    await change();
    await page.getByRole('status').getByText('Your plan is Starter now.').waitFor();
    const orders = to(asked, 'POST /account/plan');
    expect(orders.map(({ body }) => body)).toEqual([{ plan: 'starter' }, { plan: 'starter' }]);
    expect(orders[0]?.headers['idempotency-key']).toBe(orders[1]?.headers['idempotency-key']);
  });

  it('a change that waits is shown with its day, and taken back', async () => {
    let account: object = ACCOUNT;
    const pendingChange = { plan: 'starter', at: ACCOUNT.currentPeriod.end };
    const { page, asked } = await openSignedIn({
      'GET /account': () => account,
      'POST /account/plan': () => (account = { ...ACCOUNT, pendingChange }),
      'POST /account/plan/cancel-change': () => (account = ACCOUNT),
      'POST /account/resume': () => (account = ACCOUNT),
    });
    await panelState(page, 'plan', 'ready');
    const notice = page.locator('#plan-pending');
    expect(await notice.isVisible()).toBe(false);
    await page.getByRole('radio', { name: /Starter/ }).check();
    await page.getByRole('button', { name: 'Change plan' }).click();
    await page.locator('#confirm').getByText('any other change when your billing period ends on').waitFor();
    await page.locator('#confirm-yes').click();
    await page.getByRole('status').getByText('Changes to Starter on').waitFor();
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/^Changes to Starter on \d+ \w+ \d{4}\.\s+Keep current plan$/);
    await page.getByRole('button', { name: 'Keep current plan' }).click();
    await notice.waitFor({ state: 'hidden' });
    expect(to(asked, 'POST /account/plan/cancel-change')).toHaveLength(1);
    account = { ...ACCOUNT, cancelAt: ACCOUNT.currentPeriod.end, cancelAtPeriodEnd: true };
    await page.reload();
    await panelState(page, 'plan', 'ready');
    await page.getByRole('button', { name: 'Keep subscription' }).click();
    await notice.waitFor({ state: 'hidden' });
    expect(to(asked, 'POST /account/resume')).toHaveLength(1);
    account = { ...ACCOUNT, pendingChange: { ...pendingChange, plan: ACCOUNT.plan } };
    await page.reload();
    await panelState(page, 'plan', 'ready');
    expect(await notice.innerText()).toContain('has a new price from');
    expect(await page.getByRole('button', { name: 'Keep current plan' }).isVisible()).toBe(false);
  });

  it('without a payment method a banner asks for one, says what is left, and leads to the portal', async () => {
    const { page } = await openSignedIn({
      'GET /account': { ...ACCOUNT, paymentMethod: 'missing', callsWithoutCard: { limit: 1000, used: 812 } },
      'POST /account/billing-portal': () => ({ url: `${stub.url}/account/at-stripe` }),
      'GET /account/at-stripe': {
        status: 200,
        headers: { 'content-type': 'text/html' },
        text: '<title>Portal</title>',
      },
    });
    const banner = page.locator('#card-banner');
    await banner.getByText('812 of the 1,000 paid calls').waitFor();
    await banner.getByRole('button', { name: 'Add a payment method' }).click();
    await page.waitForURL('**/account/at-stripe');
  });

  it('with one there is no banner', async () => {
    const { page } = await openSignedIn({
      'GET /account': { ...ACCOUNT, paymentMethod: 'present', callsWithoutCard: null },
    });
    await page.locator('#plan-facts').getByText('cus_').waitFor();
    expect(await page.locator('#card-banner').isVisible()).toBe(false);
  });

  it("payment leads to Stripe's portal", async () => {
    const { page } = await openSignedIn({
      'POST /account/billing-portal': () => ({ url: `${stub.url}/account/at-stripe` }),
      'GET /account/at-stripe': {
        status: 200,
        headers: { 'content-type': 'text/html' },
        text: '<title>Portal</title>',
      },
    });
    await panelState(page, 'plan', 'ready');
    await page.getByRole('button', { name: 'Manage billing' }).click();
    await page.waitForURL(`${stub.url}/account/at-stripe`);
  });
});

describe('getting started', () => {
  it('shows each metered endpoint in three languages, without the token', async () => {
    const { page } = await openSignedIn();
    await panelState(page, 'start', 'ready');
    const snippet = page.locator('#snippet');
    expect(await snippet.textContent()).toContain(`curl '${stub.url}/test-service'`);
    expect(await page.locator('#endpoint option').allInnerTexts()).toEqual([
      'GET /test-service',
      'POST /items/{id}',
    ]);
    await page.getByLabel('Endpoint').selectOption('POST /items/{id}');
    expect(await snippet.textContent()).toContain(`-d '{"name":"it'\\''s","hot":true}'`);
    await page.getByText('JavaScript', { exact: true }).click();
    expect(await snippet.textContent()).toContain(`fetch("${stub.url}/items/a%20b"`);
    await page.getByText('Python', { exact: true }).click();
    expect(await snippet.textContent()).toContain(`json.dumps({"name":"it's","hot":True})`);
    await page.locator('#copy-snippet').click();
    await page.locator('#copy-snippet').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await snippet.textContent());
    expect(await snippet.textContent()).not.toContain(TOKEN);
  });
});
