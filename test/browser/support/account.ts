import type { Page, Request } from 'playwright-core';
import { TOKEN } from './answers.js';

/** What a route of the fake answers: JSON with 200, or an answer of its own. */
export type Fake =
  object | { status: number; body?: unknown; headers?: Record<string, string>; text?: string };

/** By `METHOD path`, without the query; a function is given the request. */
export type Fakes = Record<string, Fake | ((request: Request) => Fake | Promise<Fake>)>;

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The period in which everything here plays: 10 days of it have passed. */
export const PERIOD = (() => {
  const start = Math.floor(Date.now() / DAY) * DAY - 10 * DAY;
  return { start, end: start + 30 * DAY };
})();
const iso = (ms: number): string => new Date(ms).toISOString();

export const ACCOUNT = {
  customerId: 'cus_QXg1o8vlGmRkp2',
  email: 'ada@example.com',
  company: 'Analytical Engines',
  plan: 'graduated',
  status: 'active',
  subscriptionId: 'sub_1PgafTB7WZ01zgkWb3Hc2XyZ',
  currentPeriod: { start: iso(PERIOD.start), end: iso(PERIOD.end) },
  cancelAtPeriodEnd: false,
};

const ESTIMATE = {
  total: '1652.00',
  lines: [
    {
      description: 'Calls 1 to 100',
      quantity: '100',
      unitAmount: '10',
      amount: '1000.00',
      meter: 'calls',
      tier: 1,
    },
    {
      description: 'Calls 101 to 150',
      quantity: '50',
      unitAmount: '5',
      amount: '250.00',
      meter: 'calls',
      tier: 2,
    },
    {
      description: 'Calls from 151',
      quantity: '201',
      unitAmount: '2.0000001',
      amount: '402.00',
      meter: 'calls',
      tier: 3,
    },
  ],
};

export const PREVIEW = {
  currency: 'usd',
  periodStart: iso(PERIOD.start),
  periodEnd: iso(PERIOD.end),
  stripe: 'answered',
  ...ESTIMATE,
  ours: ESTIMATE,
  differs: false,
  reportedAt: iso(Date.UTC(2026, 0, 2, 3, 4, 5)),
  nextReportAt: iso(Date.UTC(2026, 0, 2, 3, 20, 35)),
};

export const INVOICES = {
  invoices: [
    {
      id: 'in_1',
      number: 'FARE-0001',
      status: 'paid',
      total: '12.34',
      currency: 'usd',
      periodStart: iso(PERIOD.start - 30 * DAY),
      periodEnd: iso(PERIOD.start),
      hostedUrl: 'https://invoice.example/in_1',
      lines: [{ id: 'il_1', description: '1,234 calls', quantity: '1234', amount: '12.34', meter: 'calls' }],
    },
    {
      id: 'in_2',
      number: 'FARE-0002',
      status: 'open',
      total: '0.00',
      currency: 'usd',
      periodStart: iso(PERIOD.start),
      periodEnd: iso(PERIOD.end),
      lines: [],
    },
  ],
};

export const PLANS = {
  plans: [
    { id: 'starter', name: 'Starter', price: '$0.01 per call', description: '', default: true },
    { id: 'graduated', name: 'Graduated', price: 'Calls 1 to 100: $10.00 each; then less', description: '' },
  ],
};

export const TOKENS = {
  tokens: [
    {
      jti: '0193a5f2-3c1e-7d9a-b1f4-6b8f0c2d4e6a',
      name: 'Registration',
      user: ACCOUNT.customerId,
      issuedAt: iso(PERIOD.start),
      expiresAt: iso(PERIOD.end),
      lastUsedAt: iso(PERIOD.start + DAY),
      current: true,
    },
    {
      jti: '0193a5f2-3c1e-7d9a-b1f4-6b8f0c2d4e6b',
      name: 'production',
      user: 'user-42',
      issuedAt: iso(PERIOD.start),
      expiresAt: iso(PERIOD.end),
      lastUsedAt: null,
      current: false,
    },
  ],
};

const MINUTE = Math.floor(Date.now() / 60_000) * 60_000;

/** A call, `n` minutes ago; its id sorts by that. */
export function callAt(minutesAgo: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const at = MINUTE - minutesAgo * 60_000;
  const hex = at.toString(16).padStart(12, '0');
  return {
    id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`,
    startedAt: iso(at),
    verb: 'GET',
    route: '/test-service',
    path: '/test-service',
    status: 200,
    durationMs: 12.345,
    units: 0,
    user: ACCOUNT.customerId,
    tokenId: 't',
    plan: 'graduated',
    corrects: null,
    ...more,
  };
}

export const CALLS = {
  calls: [
    callAt(1),
    callAt(2, { status: 404, path: '/items/7', route: '/items/:id' }),
    callAt(3, { status: 500, verb: 'POST', user: 'user-42', units: 1_234 }),
  ],
  nextCursor: null,
};

/** Usage with a bucket for every hour or day of what is asked. */
export function usage(request: Request): object {
  const query = new URL(request.url()).searchParams;
  const granularity = query.get('granularity') ?? 'day';
  const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
  const step = granularity === 'hour' ? HOUR : granularity === 'day' ? DAY : 30 * DAY;
  const buckets: { start: string; value: string }[] = [];
  for (let at = from; at < Math.min(to, Date.now()); at += step)
    buckets.push({ start: iso(at), value: String(20 + ((at / step) % 7) * 5) });
  const meter = (name: string, displayName: string) => ({
    meter: name,
    displayName,
    metric: 'calls',
    aggregation: 'sum',
    period: { start: iso(PERIOD.start), end: iso(PERIOD.end), value: '351' },
    previous: { start: iso(PERIOD.start - 30 * DAY), end: iso(PERIOD.start), value: '9007199254740993' },
    buckets,
  });
  return { meters: [meter('calls', 'Calls'), meter('tokens', 'Model tokens')] };
}

export const OPENAPI = {
  openapi: '3.0.0',
  paths: {
    '/test-service': { get: { 'x-metered': true, summary: 'A paid call', parameters: [] } },
    '/items/{id}': {
      post: {
        'x-metered': true,
        summary: 'Another',
        parameters: [{ name: 'id', in: 'path', example: 'a b' }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } },
      },
    },
    '/register': { post: { summary: 'Free' } },
  },
  components: { schemas: { Item: { properties: { name: { example: "it's" }, hot: { example: true } } } } },
};

/** Everything in order. */
export const GOOD: Fakes = {
  'GET /account': ACCOUNT,
  'GET /account/usage': usage,
  'GET /account/invoice-preview': PREVIEW,
  'GET /account/invoices': INVOICES,
  'GET /account/tokens': TOKENS,
  'GET /account/calls': CALLS,
  'GET /account/calls/live': { status: 501, body: {} },
  'GET /plans': PLANS,
  'GET /openapi.json': OPENAPI,
};

/** A request that the page made. */
export interface Asked {
  route: string;
  search: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Answers the account's routes to a page. What no fake foresees is 404, as on a server that has no such route. */
export async function fakeAccount(page: Page, fakes: Fakes): Promise<Asked[]> {
  const asked: Asked[] = [];
  await page.route(/\/(?:account(?:$|[/?])|plans$|openapi\.json$)/, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const name = `${request.method()} ${url.pathname}`;
    const body = request.postData();
    asked.push({
      route: name,
      search: url.search,
      headers: request.headers(),
      body: body === null ? undefined : JSON.parse(body),
    });
    const fake = fakes[name] ?? { status: 404, body: { title: 'Not Found', code: 'not_found' } };
    const answer = typeof fake === 'function' ? await fake(request) : fake;
    const own = 'status' in answer && typeof answer.status === 'number';
    const {
      status = 200,
      body: content,
      headers,
      text,
    } = (own ? answer : { body: answer }) as {
      status?: number;
      body?: unknown;
      headers?: Record<string, string>;
      text?: string;
    };
    await route.fulfill({
      status,
      headers: {
        'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
        ...headers,
      },
      body: text ?? (content === undefined ? '' : JSON.stringify(content)),
    });
  });
  return asked;
}

/** Pastes the token and opens the dashboard. */
export async function signIn(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Open the dashboard' }).click();
  await page.locator('#dashboard').waitFor();
}

/** Waits until a panel is in a state. */
export async function panelState(
  page: Page,
  id: string,
  state: 'loading' | 'empty' | 'ready' | 'failed' | 'absent',
): Promise<void> {
  await page.locator(`#${id}[data-state="${state}"]`).waitFor();
}

export const PANELS = ['usage', 'invoice', 'calls', 'tokens', 'plan', 'invoices', 'start'];
