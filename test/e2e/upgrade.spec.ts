import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  moesifList,
  post,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';
import { leavePreviousRelease, type PreviousRelease } from '../support/previous-release.js';
import { runProcess, until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

const ADMIN_TOKEN = 'admin-token-of-the-tests-0123456789';

let farebox: Farebox;
let before: PreviousRelease;
beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => {
    before = await leavePreviousRelease(STRIPE_API_BASE);
    return {
      ADMIN_TOKEN,
      DATABASE_URL: before.database.url,
      STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
    };
  });
  farebox.databaseUrl = before.database.url;
}, 90_000);
afterAll(async () => {
  await farebox?.stop();
  await before?.database.drop();
});

const text = (name: string) => String(before.texts[name]);
const call = (name: string, headers: Record<string, string> = {}) =>
  request(`${farebox.url}/test-service`, {
    headers: { authorization: `Bearer ${before.token(name)}`, ...headers },
  });
const admin = (path: string) => request(`${farebox.url}/admin/${path}`, bearer(ADMIN_TOKEN));
const cli = (...args: string[]) =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args,
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });

/** What Stripe shows of a customer, in the last 40 days. */
async function shown(who: string): Promise<number> {
  const day = Math.floor(Date.now() / 86_400_000) * 86_400;
  const { data } = await askStripe(
    farebox,
    'GET',
    `billing/meters/${text('meter')}/event_summaries?customer=${text(`${who}.customer`)}&start_time=${day - 18 * 86_400}&end_time=${day + 86_400}`,
  );
  return (data as { aggregated_value: number }[]).reduce(
    (sum, { aggregated_value: value }) => sum + value,
    0,
  );
}

describe('a database of the release before', () => {
  it('has the schema of this one after the start, and answers what was answered', async () => {
    expect(await query(farebox, 'select count(*)::int >= 6 as kept from accounts')).toEqual([{ kept: true }]);
    expect((await call('ada.revoked')).json).toMatchObject({ code: 'token_revoked' });
    // With what that release had answered under these keys.
    expect((await call('ada.token', { 'idempotency-key': 'k0' })).text).toBe('this was a response');
    const again = await post(
      `${farebox.url}/register`,
      { email: 'ada@old.example', firstname: 'ada', lastname: 'Old', plan: 'standard' },
      { 'idempotency-key': 'reg-ada' },
    );
    expect(again).toMatchObject({ status: 200, json: { customerId: text('ada.customer') } });
    expect((await request(`${farebox.url}/account`, bearer(String(again.json['jwt'])))).status).toBe(200);
  });

  it('usage is reported from where it stood, and nothing twice', async () => {
    expect(await call('ada.token')).toMatchObject({ status: 200, text: 'this is a response' });
    await until(async () => {
      const [row] = await query(
        farebox,
        `select (select count(*) from ledger_lines where reader = 'meters') + (select count(*) from meter_waiting) as n`,
      );
      return Number(row?.['n']) === 0;
    }, 60_000);
    await until(async () => {
      await cli('usage', 'report');
      return (await shown('ada')) >= 24 && (await shown('bob')) >= 9;
    }, 90_000);
    await cli('usage', 'report');
    // Of Ada's, five had arrived and the answer was lost, longer ago than Stripe knows identifiers.
    expect(await Promise.all(['ada', 'bob', 'cy'].map(shown))).toEqual([24, 9, 6]);
    const intents = await query(
      farebox,
      `select value::int, state from usage_intents where customer_id = $1 order by n`,
      [text('bob.customer')],
    );
    const there = expect.stringMatching(/^(sent|proven)$/);
    expect(intents).toEqual([
      { value: 4, state: 'proven' },
      { value: 3, state: 'lost' },
      { value: 3, state: there },
      { value: 2, state: there },
    ]);
  });

  it('a registration that was stopped is finished', async () => {
    const gil = () => query(farebox, "select customer_id from accounts where email = 'gil@old.example'");
    expect(await until(async () => (await gil())[0], 120_000)).toEqual({ customer_id: text('gil.customer') });
  });

  it('a change that was written down is finished by the same request, at once as nothing was used', async () => {
    const { status, json } = await post(
      `${farebox.url}/account/plan`,
      { plan: 'standard' },
      { authorization: `Bearer ${before.token('eve.token')}` },
    );
    expect([status, json['plan'], json['pendingChange']]).toEqual([200, 'standard', null]);
    expect(
      await query(farebox, 'select outcome from subscription_changes where customer_id = $1', [
        text('eve.customer'),
      ]),
    ).toEqual([{ outcome: 'done' }]);
  });

  it('an event of Stripe is applied, and Moesif told of an account', async () => {
    await until(async () => {
      const rows = await query(farebox, "select state from webhook_events where id = 'evt_pending'");
      return rows[0]?.['state'] === 'done';
    }, 120_000);
    const users = async () => JSON.stringify(await moesifList(farebox, 'users'));
    await until(async () => (await users()).includes(text('ada.customer')), 120_000);
  });

  it('messages of topics that are gone reach those they were for, also while an older process runs', async () => {
    const left = () => query(farebox, 'select subscriber from topic_deliveries');
    const overdue = async () =>
      /^farebox_invoice_events_total\{.*type="invoice\.overdue".*\} (\d+)$/m.exec(
        (await request(`${farebox.url}/metrics`)).text,
      )?.[1];
    await until(async () => (await left()).length === 0, 120_000);
    expect(await overdue()).toBe('1');
    const replaced = await askStripe(farebox, 'GET', `subscriptions/${text('ian.subscription')}`);
    expect(replaced['status']).toBe('canceled');
    await query(
      farebox,
      `with message as (insert into topic_messages values ($1, 'billing.invoice', $2, now()) returning id)
       insert into topic_deliveries (message_id, subscriber, next_attempt_at)
       select id, 'billing.invoice-holds', now() from message`,
      [
        '01a22021-0000-7000-8000-0000000000ff',
        { invoiceId: text('bob.invoice'), customerId: text('bob.customer'), type: 'invoice.overdue' },
      ],
    );
    await until(async () => (await overdue()) === '2', 120_000);
  });

  it('a draft that was held by the old way is released, and its usage is on it', async () => {
    const hold = () =>
      query(farebox, 'select state from invoice_holds where invoice_id = $1', [text('cy.invoice')]);
    await until(async () => (await hold())[0]?.['state'] === 'released', 120_000);
    const invoice = await askStripe(farebox, 'GET', `invoices/${text('cy.invoice')}`);
    // Final in a minute, if it is not yet: nothing holds it.
    expect(invoice['status'] !== 'draft' || invoice['auto_advance']).toBe(true);
    expect(invoice['total']).toBe(60);
  });

  it('what is compared is right: usage, invoices, payment methods, and the comparisons of then', async () => {
    const known = async () => {
      const rows = await query(
        farebox,
        'select count(*)::int as n from accounts where payment_method is null and closed_at is null',
      );
      return rows[0]?.['n'] === 0;
    };
    await until(known, 90_000);
    const { stdout } = await cli('usage', 'reconcile', '--all', '--json');
    const { rows } = JSON.parse(stdout()) as { rows: Record<string, string>[] };
    const of = (who: string) => rows.find(({ customerId }) => customerId === text(`${who}.customer`));
    expect(of('ada')).toMatchObject({ verdict: 'equal', ledger: '24', told: '24', stripe: '24' });
    expect(of('bob')).toMatchObject({ verdict: 'equal', ledger: '9', told: '9', stripe: '9' });
    expect(of('cy')).toMatchObject({ ledger: '6', told: '6', stripe: '6' });
    expect(of('cy')?.['verdict']).toMatch(/^(equal|pending)$/);
    const checks = await admin('usage/checks');
    expect(checks.status).toBe(200);
    expect(checks.text).toContain(text('bob.customer'));
    expect((await admin(`accounts/${text('ada.customer')}`)).status).toBe(200);
    expect((await cli('accounts', 'list')).code).toBe(0);
  });
});
