import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { until } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';
import { askStripe } from '../support/webhooks.js';

/** No webhooks: what the application does by itself is all there is. */
let farebox: Farebox;
let mails: Mails;
beforeAll(async () => {
  mails = await startMails();
  farebox = await startFarebox(async ({ CATALOG = '', FAREBOX_HOME = '' }) => {
    const file = join(FAREBOX_HOME, 'trials.yaml');
    const text = readFileSync(CATALOG, 'utf8');
    writeFileSync(file, text.replace('  - id: volume\n', '  - id: volume\n    trialDays: 14\n'));
    return { CATALOG: file, REGISTRATION_RATE_LIMIT: '1000', ...mails.settings };
  });
});
afterAll(() => farebox?.stop());

// Cards of Stripe's test mode: each test uses its own, as a card has one trial.
const CARDS = ['4242424242424242', '5555555555554444', '378282246310005', '6011111111111117'] as const;

async function statusOf(email: string): Promise<unknown> {
  const [row] = await query(
    farebox,
    'select subscription_id from accounts where email = $1 and closed_at is null',
    [email],
  );
  return (await askStripe(farebox, 'GET', `subscriptions/${String(row?.['subscription_id'])}`))['status'];
}

/** Pays for the plan with a trial, without naming the email before. @returns the token, when the page shows one */
async function pay(email: string, card: string): Promise<string | undefined> {
  const shopper = new Shopper(farebox.url, { email });
  const { url } = await shopper.open({ plan: 'volume' });
  return tokenOn(await shopper.visit(await shopper.pay(url, card)));
}

async function confirm(email: string, subject: string): Promise<string | undefined> {
  const reader = new Shopper(farebox.url, { email });
  const mail = await until(async () => (await mails.list(email)).find((each) => each.subject === subject));
  const link = /http\S+token=\S+/.exec(mail.text)?.[0] ?? '';
  return tokenOn(await reader.submit(await reader.visit(link), '/checkout/link'));
}

const register = (email: string) =>
  post(`${farebox.url}/register`, { ...newPerson(), email, plan: 'volume' });

describe('a trial is had once', () => {
  it('by an account: cancelled at once, paid for again and confirmed by mail, it is billed', async () => {
    const { email } = newPerson();
    const token = await pay(email, CARDS[0]);
    expect(await statusOf(email)).toBe('trialing');
    const cancelled = await request(`${farebox.url}/account/cancel`, {
      method: 'POST',
      ...bearer(String(token)),
    });
    expect(cancelled.status).toBe(200);
    // With another card.
    expect(await pay(email, CARDS[1])).toBeUndefined();
    expect(await confirm(email, 'Confirm your new subscription')).toBeDefined();
    expect(await statusOf(email)).toBe('active');
  });

  it('by a card: with another email it is billed', async () => {
    const [one, other] = [newPerson(), newPerson()];
    await pay(one.email, CARDS[2]);
    expect(await statusOf(one.email)).toBe('trialing');
    expect(await pay(other.email, CARDS[2])).toBeDefined();
    expect(await statusOf(other.email)).toBe('active');
  });

  it('by a mailbox: registered again, also under a tag of it, it is billed', async () => {
    const { email } = newPerson();
    expect((await register(email)).status).toBe(200);
    expect(await statusOf(email)).toBe('trialing');
    const tagged = email.replace('@', '+two@');
    expect((await register(tagged)).status).toBe(200);
    expect(await statusOf(tagged)).toBe('active');
    // Its customer was deleted, which frees the email.
    await query(farebox, 'update accounts set closed_at = now() where email = $1', [email]);
    expect((await register(email)).status).toBe(200);
    expect(await statusOf(email)).toBe('active');
    // The payment page for it promises none.
    const shopper = new Shopper(farebox.url, { email });
    const { url } = await shopper.open({ plan: 'volume', email });
    await shopper.pay(url, CARDS[3]);
    const latest = await askStripe(farebox, 'GET', 'subscriptions?limit=1');
    expect((latest['data'] as { status: string }[])[0]?.status).toBe('active');
  });

  it('and a change to a plan with one begins none', async () => {
    const { email } = newPerson();
    const { json } = await post(`${farebox.url}/register`, { ...newPerson(), email });
    const changed = await post(
      `${farebox.url}/account/plan`,
      { plan: 'volume', when: 'now' },
      { authorization: `Bearer ${String(json['jwt'])}` },
    );
    expect(changed.status).toBe(200);
    expect(await statusOf(email)).toBe('active');
  });
});

it('as often as one likes where the catalog says repeatTrials: true', async () => {
  const file = join(String(farebox.env['FAREBOX_HOME']), 'repeated.yaml');
  writeFileSync(file, `repeatTrials: true\n${readFileSync(String(farebox.env['CATALOG']), 'utf8')}`);
  const generous = await farebox.startSibling({ CATALOG: file });
  const { email } = newPerson();
  for (const each of [email, email.replace('@', '+two@')]) {
    const { status } = await post(`${generous.url}/register`, {
      ...newPerson(),
      email: each,
      plan: 'volume',
    });
    expect([status, await statusOf(each)]).toEqual([200, 'trialing']);
  }
  await generous.process.stop();
});
