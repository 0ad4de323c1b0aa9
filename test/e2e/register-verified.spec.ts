import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  stripeList,
  TOKEN_SECRET,
} from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { runProcess, until } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';

let farebox: Farebox;
let mails: Mails;

beforeAll(async () => {
  mails = await startMails();
  farebox = await startFarebox(async ({ CATALOG = '', FAREBOX_HOME = '' }) => {
    const file = join(FAREBOX_HOME, 'verified.yaml');
    writeFileSync(file, `registration: verified\n${readFileSync(CATALOG, 'utf8')}`);
    return { CATALOG: file, ...mails.settings };
  });
});
afterAll(() => farebox?.stop());

const register = (person: object) => post(`${farebox.url}/register`, person);
const call = (token: unknown) => request(`${farebox.url}/test-service`, bearer(String(token)));
const settled = () =>
  until(async () => (await query(farebox, 'select 1 from access_links where sent_at is null')).length === 0);

async function open(email: string, after = 0): Promise<string | undefined> {
  const reader = new Shopper(farebox.url, { email });
  return tokenOn(await reader.submit(await reader.visit(await mails.link(email, after)), '/checkout/link'));
}

it('answers 202 without a token, makes nothing in Stripe before the email is confirmed, and then all of it', async () => {
  const person = { ...newPerson(), plan: 'volume' };
  const { status, text } = await register(person);
  expect([status, /eyJ/.test(text)]).toEqual([202, false]);
  await settled();
  expect(await stripeList(farebox, `/v1/customers?email=${person.email}`)).toEqual([]);
  expect((await call(await open(person.email))).status).toBe(200);
  const rows = await query(
    farebox,
    'select plan, firstname, email_proven_at is not null as proven from accounts where email = $1',
    [person.email],
  );
  expect(rows).toEqual([{ plan: 'volume', firstname: 'Ada', proven: true }]);
  expect(await stripeList(farebox, `/v1/customers?email=${person.email}`)).toHaveLength(1);
});

it('answers alike for an email that has an account, which gets a link to a token of that account', async () => {
  const person = newPerson();
  const first = await register(person);
  const token = await open(person.email);
  await query(farebox, "update access_links set created_at = created_at - interval '5 minutes'");
  const again = await register({ ...person, firstname: 'Eve', plan: 'volume' });
  expect([again.status, again.text]).toEqual([first.status, first.text]);
  const other = await open(person.email, 1);
  expect((await call(other)).status).toBe(200);
  expect((await call(token)).status).toBe(200);
  const rows = await query(farebox, 'select plan, firstname from accounts where email = $1', [person.email]);
  expect(rows).toEqual([{ plan: 'standard', firstname: 'Ada' }]);
});

it('keeps the link good while Stripe is away', async () => {
  const person = newPerson();
  await register(person);
  const reader = new Shopper(farebox.url, person);
  const page = await reader.visit(await mails.link(person.email));
  await post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: '/v1/customers',
    method: 'POST',
    status: 503,
    times: 9,
  });
  expect((await reader.submit(page, '/checkout/link')).status).toBe(503);
  await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
  expect((await call(tokenOn(await reader.submit(page, '/checkout/link')))).status).toBe(200);
});

it('sends one mail a minute, and names bad fields as ever', async () => {
  const person = newPerson();
  await Promise.all([register(person), register(person), register(person)]);
  await settled();
  expect(await mails.list(person.email)).toHaveLength(1);
  expect((await register({ ...person, plan: 'none' })).status).toBe(400);
});

it('503 where no mail can be sent', async () => {
  const mute = await farebox.startSibling({ SMTP_URL: '', MAIL_FROM: '' });
  const { status, json } = await post(`${mute.url}/register`, newPerson());
  expect([status, json['code']]).toEqual([503, 'mail_unavailable']);
  await mute.process.stop();
});

it('a meter test registers its own customer, and nobody else does without the mailbox', async () => {
  const { code, stdout } = await runProcess({
    script: 'dist/cli.js',
    args: ['meter', 'test', 'test-service-calls', '--synthetic', '--timeout', '60s'],
    env: farebox.env,
  });
  expect([code, stdout()]).toEqual([0, expect.stringMatching(/5\/5 Visible at Stripe +ok/)]);

  const [own, other] = [newPerson(), newPerson()];
  const pass = (email: string, secret = TOKEN_SECRET) =>
    createHmac('sha256', secret).update(`farebox:synthetic:${email}`).digest('base64url');
  const attempts = [pass(other.email), pass(own.email, `${TOKEN_SECRET}x`), '', 'x'.repeat(43), '1'];
  for (const header of attempts) {
    const { status } = await post(`${farebox.url}/register`, own, { 'x-farebox-synthetic-pass': header });
    expect([header, status]).toEqual([header, 202]);
  }
});
