import type { Page } from 'playwright-core';
import { ADMIN_TOKEN } from '../../support/operator.js';

const NOW = '2026-11-21T08:00:00.000Z';
const LATER = '2026-12-21T08:00:00.000Z';
/** Shown as it stands, wherever it comes from. */
export const MARKUP = '<img src=x onerror="document.title=1"><b>bold</b>';

const ENTRY = {
  email: 'ada@example.com',
  customerId: 'cus_QXg1o8vlGmRkp2',
  subscriptionId: 'sub_1PgafTB7WZ01zgkWb3Hc2XyZ',
  plan: 'graduated',
  status: 'active',
  createdAt: NOW,
  closedAt: null,
  surplusItems: [],
  paymentMethod: 'present',
  collectionPaused: null,
};

const EVENT = {
  id: 'evt_1PgafTB7WZ01zgkWb3Hc2XyZ',
  type: 'customer.subscription.updated',
  customerId: ENTRY.customerId,
  receivedAt: NOW,
  state: 'parked',
  attempts: 12,
  lastError: 'No such price: a_long_name_that_has_no_place_to_break_and_goes_on_and_on_and_on',
};

const difference = (verdict: string, stripe: string): Record<string, string> => ({
  customerId: ENTRY.customerId,
  meter: 'calls',
  periodStart: NOW,
  verdict,
  ledger: '1234567',
  counted: '1234567',
  reported: '1234567',
  told: '1234567',
  stripe,
});

const absent = (customerId: string, number: number, evidence: string | null) => ({
  customerId,
  meter: 'calls',
  periodStart: NOW,
  number,
  units: '1200',
  sentAt: NOW,
  absentSince: NOW,
  evidence,
});

/** What each route answers, by its path under `/admin`. */
export type OperatorFakes = Record<string, unknown>;

/** Everything in order, with something in each list, and something of each that an operator looks for. */
export const GOOD: OperatorFakes = {
  session: { expiresAt: LATER },
  accounts: {
    accounts: [
      ENTRY,
      { ...ENTRY, email: `${MARKUP}@example.com`, customerId: 'cus_2', status: 'past_due', plan: MARKUP },
      { ...ENTRY, customerId: 'cus_3', closedAt: NOW, surplusItems: ['si_1'] },
    ],
    nextCursor: '0193a5f2-3c1e-7d9a-b1f4-6b8f0c2d4e6a',
  },
  [`accounts/${ENTRY.customerId}`]: {
    ...ENTRY,
    accountId: '0193a5f2-3c1e-7d9a-b1f4-6b8f0c2d4e6b',
    firstname: MARKUP,
    lastname: 'Lovelace',
    formerCustomers: ['cus_before'],
    periodStart: NOW,
    periodEnd: LATER,
    pastDueSince: null,
    trialEnd: null,
    cancelAt: LATER,
    cancelAtPeriodEnd: true,
    usage: [
      {
        meter: 'calls',
        periodStart: NOW,
        periodEnd: LATER,
        value: '9007199254740993',
        reported: '1',
        told: '1',
      },
    ],
    calls: [
      {
        id: 'c1',
        startedAt: NOW,
        verb: 'GET',
        route: '/items/:id',
        status: 200,
        durationMs: 1.5,
        units: 0,
        user: 'u',
      },
      {
        id: 'c2',
        startedAt: NOW,
        verb: 'GET',
        route: MARKUP,
        status: 500,
        durationMs: 2,
        units: 3,
        user: MARKUP,
      },
    ],
    tokens: [{ jti: 't1', name: MARKUP, user: 'user-42', issuedAt: NOW, expiresAt: LATER, lastUsedAt: null }],
    webhooks: [EVENT],
  },
  meters: {
    meters: [
      {
        name: 'calls',
        displayName: MARKUP,
        metric: 'event_count',
        aggregation: 'sum',
        windowMs: 3_600_000,
        filter: { route: '/test-service', status: ['2xx', '404'], header: { name: 'x-a', value: 'b' } },
        provider: { id: 'mtr_test_61R', eventName: 'farebox_calls' },
        customers: 3,
        value: '1234567',
        reported: '1234500',
        told: '1234500',
        testing: false,
      },
      {
        name: 'users',
        displayName: 'Users',
        metric: 'unique_users',
        aggregation: 'maximum',
        windowMs: 1,
        filter: {},
        provider: null,
        customers: 0,
        value: '0',
        reported: '0',
        told: '0',
        testing: false,
      },
    ],
    lagSeconds: 0.2,
    waitingCalls: 4,
    live: false,
  },
  'usage/report': {
    planned: 2,
    sent: 2,
    refused: 0,
    postponed: 0,
    proven: 1,
    lost: 0,
    absent: 7,
    breaker: 6,
    unknown: 0,
    mismatched: 0,
    unreportable: 0,
    untellable: 0,
  },
  'usage/reconcile': {
    compared: 5,
    equal: 2,
    differences: [
      difference('excess', '1234572'),
      difference('missing', '1'),
      difference('settling', '0'),
      {
        ...difference('overinvoiced', '1234567'),
        invoiced: '1300000',
        credited: '12.50',
        disputed: '99.00',
        currency: 'usd',
      },
    ],
  },
  'usage/adjust': { value: '-5', reported: true, told: true },
  'usage/lost': {
    events: [
      absent(ENTRY.customerId, 1, null),
      absent(ENTRY.customerId, 2, 'later_event'),
      absent('cus_2', 1, 'rejected'),
    ],
  },
  'usage/checks': {
    checks: [
      { id: '1', checkedAt: NOW, compared: 5, differences: [difference('excess', '1234572')] },
      { id: '2', checkedAt: NOW, compared: 5, differences: [] },
    ],
  },
  webhooks: {
    webhooks: [EVENT, { ...EVENT, id: 'evt_2', type: MARKUP, lastError: MARKUP, customerId: null }],
  },
  'webhooks/replay': { replayed: 1 },
  'catalog/drift': {
    source: 'monetization.yaml',
    changes: [
      {
        kind: 'product',
        name: 'standard',
        action: 'change',
        id: 'prod_1',
        differences: [{ what: 'name', from: MARKUP, to: 'My API' }],
      },
      {
        kind: 'price',
        name: 'volume',
        action: 'refuse',
        id: null,
        differences: [],
        message: 'It has another currency.',
      },
    ],
    notes: [MARKUP],
  },
  'catalog/revenue': {
    plans: [
      {
        plan: 'standard',
        name: MARKUP,
        accounts: 12,
        trialing: 1,
        units: '12345',
        currency: 'usd',
        usage: '1234.50',
        baseFees: '10.00',
        total: '1244.50',
      },
      {
        plan: 'old',
        name: null,
        accounts: 1,
        trialing: 0,
        units: '0',
        currency: null,
        usage: null,
        baseFees: null,
        total: null,
      },
    ],
    totals: [
      { currency: 'usd', total: '1244.50' },
      { currency: 'jpy', total: '100' },
    ],
  },
  health: {
    problems: [],
    measures: [
      {
        name: 'meter_lag_seconds',
        description: 'Metering lag: age of the oldest paid call that is not metered yet.',
        value: 0,
      },
      { name: 'webhooks_parked', description: 'Events that wait for an operator.', value: 2 },
    ],
  },
};

/** Nothing in any list. */
export const EMPTY: OperatorFakes = {
  ...GOOD,
  accounts: { accounts: [], nextCursor: null },
  meters: { meters: [], lagSeconds: 0, waitingCalls: 0, live: false },
  'usage/checks': { checks: [] },
  'usage/lost': { events: [] },
  'usage/reconcile': { compared: 0, equal: 0, differences: [] },
  webhooks: { webhooks: [] },
  'catalog/drift': { source: 'monetization.yaml', changes: [], notes: [] },
  'catalog/revenue': { plans: [], totals: [] },
  health: { problems: [], measures: [] },
};

const PROBLEM = {
  title: 'Service Unavailable',
  status: 503,
  detail: 'The database is away.',
  code: 'database_unavailable',
  requestId: 'r-1',
};

/** Everything fails but the session. */
export const FAILED: OperatorFakes = { session: GOOD['session'] };

export interface OperatorAsked {
  route: string;
  search: string;
  body: unknown;
}

/** Answers the operator's routes to a page; what no fake foresees is 503. */
export async function fakeOperator(page: Page, fakes: OperatorFakes): Promise<OperatorAsked[]> {
  const asked: OperatorAsked[] = [];
  await page.route(/^https?:\/\/[^/]+\/admin\/(?!ui)/, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const path = decodeURIComponent(url.pathname.slice('/admin/'.length));
    const body = request.postData();
    asked.push({
      route: `${request.method()} ${path}`,
      search: url.search,
      body: body === null ? undefined : JSON.parse(body),
    });
    const fake = fakes[path];
    if (request.method() === 'DELETE') await route.fulfill({ status: 204 });
    else if (fake === undefined)
      await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify(PROBLEM),
      });
    else await route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(fake) });
  });
  return asked;
}

/** Types the token and waits for the page. */
export async function signInOperator(page: Page, token = ADMIN_TOKEN): Promise<void> {
  await page.getByLabel('Operator token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#admin').waitFor();
}

/** Goes to a view by its tab. */
export async function tab(page: Page, name: string): Promise<void> {
  await page.locator('.tabs').getByRole('link', { name }).click();
}
