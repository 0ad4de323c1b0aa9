import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { until } from '../support/processes.js';

const LIMIT = 5;

let farebox: Farebox;
let mails: Mails;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-reminders-'));
  mails = await startMails();
  farebox = await startFarebox(async ({ CATALOG = '' }) => {
    const catalog = join(dir, 'catalog.yaml');
    const example = readFileSync(CATALOG, 'utf8');
    writeFileSync(catalog, example.replace('withoutCard: unlimited', `withoutCard: { calls: ${LIMIT} }`));
    return { CATALOG: catalog, ...mails.settings };
  }, 'own');
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** The sweep of a process looks for reminders when it starts. */
async function restart(): Promise<void> {
  await farebox.app.kill('SIGTERM');
  await farebox.startApp();
}

it('an account without a payment method is asked for one by mail, once for each reason', async () => {
  const person = newPerson();
  const { json } = await post(`${farebox.url}/register`, { ...person, plan: 'standard' });
  for (let n = 0; n < LIMIT - 1; n++)
    expect((await request(`${farebox.url}/test-service`, bearer(String(json['jwt'])))).status).toBe(200);
  await restart();
  const [mail] = await until(async () => {
    const all = await mails.list(person.email);
    return all.length > 0 && all;
  });
  expect(mail).toMatchObject({
    subject: 'Add a payment method to keep calling the API',
    text: expect.stringContaining(`${farebox.url}/dashboard`),
  });
  const customer = [json['customerId']];
  await until(async () => {
    const rows = await query(farebox, 'select 1 from card_reminders where sent_at is not null');
    return rows.length === 1;
  });

  await query(
    farebox,
    `update accounts set period_start = period_start - interval '28 days', period_end = now() + interval '2 days'
     where customer_id = $1`,
    customer,
  );
  await query(
    farebox,
    `update card_reminders set period_start = period_start - interval '28 days', created_at = created_at - interval '1 day'`,
  );
  await restart();
  await until(async () => (await mails.list(person.email)).length === 2);
  const sibling = await farebox.startSibling();
  await restart();
  await until(async () => {
    const rows = await query(farebox, 'select 1 from card_reminders where sent_at is not null');
    return rows.length === 2;
  });
  await sibling.process.kill('SIGTERM');
  expect((await mails.list(person.email)).map(({ subject }) => subject)).toEqual([
    'Add a payment method to keep calling the API',
    'Add a payment method before your next invoice',
  ]);
});
