import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callTimes,
  type DailyCustomer,
  registerAgo,
  reportUsage,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { type Answer, bearer, type Farebox, post, query, request } from '../support/farebox.js';
import { until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

/** What calls of the portal ask of Stripe, by the log of the emulator. */
let farebox: Farebox;
let customer: DailyCustomer;
let line: { invoice: string; id: string };

beforeAll(async () => {
  farebox = await startDailyFarebox();
  customer = await registerAgo(farebox, 'graduated');
  await callTimes(farebox, customer, 4);
  await reportUsage(farebox);
  // The day ends, and has an invoice.
  await stripeClock(farebox, 86_400_000);
  await until(
    async () => (await look(customer, 'invoices?limit=2')).json['invoices'] && (await invoiceOf(customer)),
  );
  await stripeClock(farebox, 0);
  line = await until(async () => {
    const { json } = await look(customer, 'invoices');
    const [invoice] = json['invoices'] as { id: string; lines: { id: string; meter?: string }[] }[];
    const metered = invoice?.lines.find(({ meter }) => meter !== undefined);
    return invoice && metered && { invoice: invoice.id, id: metered.id };
  });
});
afterAll(() => farebox?.stop());

const look = ({ token }: { token: string }, path: string, url = farebox.url): Promise<Answer> =>
  request(`${url}/account${path === '' ? '' : `/${path}`}`, bearer(token));
const invoiceOf = async ({ customerId }: DailyCustomer) =>
  ((await askStripe(farebox, 'GET', `invoices?customer=${customerId}`))['data'] as unknown[]).at(0);

async function asked(route?: string): Promise<number> {
  const { json } = await request(`${farebox.stripeUrl}/_sandbox/requests`);
  if (route !== undefined) return (json['counts'] as Record<string, number>)[route] ?? 0;
  return Number(json['reads']) + Number(json['writes']);
}

/** Waits until nothing else asks Stripe, and counts what `call` asks: of that route, or all. */
async function requestsOf(
  call: () => Promise<Answer>,
  route?: string,
): Promise<[status: number, requests: number]> {
  await quiet();
  const before = await asked(route);
  const { status } = await call();
  return [status, (await asked(route)) - before];
}

/** Resolves when the last looks have all seen the same count. */
async function quiet(): Promise<void> {
  const seen: number[] = [];
  await until(async () => {
    seen.push(await asked());
    return seen.length >= 5 && new Set(seen.slice(-5)).size === 1;
  });
}

const PREVIEW = 'POST /v1/invoices/create_preview';
const ROUTES: [path: () => string, requests: number][] = [
  [() => '', 0],
  [() => 'usage', 0],
  [() => 'calls', 0],
  [() => 'calls?format=csv', 0],
  [() => 'tokens', 0],
  [() => 'invoice-preview', 1],
  [() => 'invoices', 1],
  [() => `invoices/${line.invoice}/lines/${line.id}/calls`, 1],
];

describe('a process that has just started asks Stripe at most once a call', () => {
  let sibling: Awaited<ReturnType<Farebox['startSibling']>>;
  beforeAll(async () => {
    // It asks Stripe for nothing in the background.
    sibling = await farebox.startSibling({ ROLE: 'http' });
  });
  afterAll(() => sibling?.process.kill('SIGTERM'));

  it.each(ROUTES)('%s, and not again within seconds', async (path, requests) => {
    const get = () => look(customer, path(), sibling.url);
    expect(await requestsOf(get)).toEqual([200, requests]);
    expect(await requestsOf(get)).toEqual([200, 0]);
  });

  it('POST /account/billing-portal', async () => {
    const open = () =>
      request(`${sibling.url}/account/billing-portal`, { method: 'POST', ...bearer(customer.token) });
    expect(await requestsOf(open)).toEqual([200, 1]);
  });

  it('many at once ask once', async () => {
    const other = await registerAgo(farebox, 'plain');
    const [status, requests] = await requestsOf(async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => look(other, 'invoice-preview', sibling.url)),
      );
      return answers.find((answer) => answer.status !== 200) ?? (answers[0] as Answer);
    });
    expect([status, requests]).toEqual([200, 1]);
  });
});

describe('what is shown is asked for again', () => {
  it('after a report of usage', async () => {
    const { customerId } = customer;
    await look(customer, 'invoice-preview');
    await query(farebox, `update usage_intents set sent_at = now() where customer_id = $1`, [customerId]);
    expect(await requestsOf(() => look(customer, 'invoice-preview'), PREVIEW)).toEqual([200, 1]);
  });

  it('after a change of the plan, in every process', async () => {
    const other = await registerAgo(farebox, 'plain');
    const sibling = await farebox.startSibling();
    await look(other, 'invoice-preview', sibling.url);
    const change = await post(
      `${farebox.url}/account/plan`,
      { plan: 'plus', when: 'period_end' },
      { authorization: `Bearer ${other.token}` },
    );
    expect(change.status).toBe(200);
    expect(await requestsOf(() => look(other, 'invoice-preview', sibling.url), PREVIEW)).toEqual([200, 1]);
    await sibling.process.kill('SIGTERM');
  });

  it('after a webhook event of an invoice', async () => {
    const numberOf = async () => ((await look(customer, 'invoices')).json['invoices'] as unknown[]).length;
    const before = await numberOf();
    const made = await askStripe(farebox, 'POST', 'invoices', { customer: customer.customerId });
    await until(async () =>
      (await query(farebox, 'select 1 from mirrored_invoices where invoice_id = $1', [made['id']])).at(0),
    );
    expect(await numberOf()).toBe(before + 1);
  });
});

describe('an invoice of thirty lines', () => {
  let id: string;
  beforeAll(async () => {
    id = String((await askStripe(farebox, 'POST', 'invoices', { customer: customer.customerId }))['id']);
    for (let n = 1; n <= 30; n++)
      await askStripe(farebox, 'POST', 'invoiceitems', {
        customer: customer.customerId,
        invoice: id,
        currency: 'usd',
        amount: String(n),
        description: `Item ${n}`,
      });
    await until(async () =>
      (await query(farebox, 'select 1 from mirrored_invoices where invoice_id = $1', [id])).at(0),
    );
  });
  const linesOf = ({ json }: Answer) =>
    json['lines'] as { id: string; description: string; amount: string }[];
  const lines = (search = '') => look(customer, `invoices/${id}/lines${search}`);

  it('is listed with its first lines, by one request', async () => {
    expect(await requestsOf(() => look(customer, 'invoices?limit=5'))).toEqual([200, 1]);
    const listed = (await look(customer, 'invoices?limit=5')).json['invoices'] as Answer['json'][];
    expect(listed.map(({ moreLines }) => moreLines).filter((more) => more)).toEqual([true]);
    expect(listed.find((invoice) => invoice['id'] === id)?.['lines']).toHaveLength(10);
  });

  it('has all of them on a route of its own, by one request a page', async () => {
    expect(await requestsOf(() => lines())).toEqual([200, 1]);
    expect(await requestsOf(() => lines())).toEqual([200, 0]);
    const all = await lines();
    expect([linesOf(all).length, all.json['nextCursor']]).toEqual([30, null]);
    const first = await lines('?limit=20');
    const cursor = String(first.json['nextCursor']);
    expect(await requestsOf(() => lines(`?limit=20&cursor=${cursor}`))).toEqual([200, 1]);
    const second = await lines(`?limit=20&cursor=${cursor}`);
    expect([...linesOf(first), ...linesOf(second)]).toEqual(linesOf(all));
    expect(second.json['nextCursor']).toBeNull();
  });

  it('has its last line looked at by one request', async () => {
    const last = linesOf(await lines()).at(-1);
    await stripeClock(farebox, 20_000);
    // It bills no use, so it has no calls.
    const [status, requests] = await requestsOf(() =>
      look(customer, `invoices/${id}/lines/${last?.id}/calls`),
    );
    expect([status, requests <= 1]).toEqual([404, true]);
  });

  it("is not somebody else's to look at, and asks nothing", async () => {
    const other = await registerAgo(farebox, 'plain');
    expect(await requestsOf(() => look(other, `invoices/${id}/lines`))).toEqual([404, 0]);
  });

  it.each(['?limit=0', '?limit=101', '?cursor=x', '?cursor=il_unknown', '?page=2'])(
    '%s is refused',
    async (search) => {
      expect([400, 404]).toContain((await lines(search)).status);
    },
  );
});

it('a session that another browser began is looked up once', async () => {
  const cookie = { headers: { cookie: `farebox_checkout=${'a'.repeat(43)}` } };
  const back = () => request(`${farebox.url}/checkout/return?session_id=cs_test_nobodys`, cookie);
  const [, first] = await requestsOf(back);
  expect(first).toBeLessThanOrEqual(1);
  expect((await requestsOf(back))[1]).toBe(0);
});

describe('changes of an account', () => {
  it('are bounded a minute', async () => {
    const other = await registerAgo(farebox, 'plain');
    const change = () =>
      post(`${farebox.url}/account/plan`, { plan: 'plain' }, { authorization: `Bearer ${other.token}` });
    const statuses: number[] = [];
    for (let n = 0; n < 30 && statuses.at(-1) !== 429; n++) {
      const answer = await change();
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses.at(-1)).toBe(429);
    expect((await look(other, '')).status).toBe(200);
  });
});
