import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { until } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';

let farebox: Farebox;
let mails: Mails;
let person: { email: string; firstname: string; lastname: string };

beforeAll(async () => {
  mails = await startMails();
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
    CHECKOUT_MAIL_DELAY: '1s',
    REGISTRATION_RATE_LIMIT: '10000',
    ...mails.settings,
  }));
});
beforeEach(() => {
  person = newPerson();
});
afterAll(() => farebox?.stop());

const register = (): Promise<Answer> => post(`${farebox.url}/register`, person);
const signIn = (email = person.email): Promise<Answer> => post(`${farebox.url}/sign-in`, { email });
const call = (token: unknown) => request(`${farebox.url}/test-service`, bearer(String(token)));
const issue = (token: unknown, name: string) =>
  post(`${farebox.url}/account/tokens`, { name }, { authorization: `Bearer ${String(token)}` });
const untilRevoked = (token: unknown) =>
  until(async () => (await call(token)).json['code'] === 'token_revoked');

/** Opens the link of the mail after so many, as somebody who reads the mailbox. */
async function openLink(after = 0): Promise<string | undefined> {
  const reader = new Shopper(farebox.url, person);
  const link = await mails.link(person.email, after);
  return tokenOn(await reader.submit(await reader.visit(link), '/checkout/link'));
}

describe('the first proof of an email', () => {
  it('revokes every token that was issued before, of whoever registered with it', async () => {
    const squatter = (await register()).json['jwt'];
    const others = [
      (await issue(squatter, 'another')).json['jwt'],
      (
        await post(
          `${farebox.url}/account/tokens`,
          { name: 'x', user: 'bob' },
          {
            authorization: `Bearer ${String(squatter)}`,
          },
        )
      ).json['jwt'],
    ];
    expect((await signIn()).status).toBe(202);
    const token = await openLink();
    expect((await call(token)).status).toBe(200);
    for (const old of [squatter, ...others]) await untilRevoked(old);
    const left = await request(`${farebox.url}/account/tokens`, bearer(String(token)));
    expect((left.json['tokens'] as { current: boolean }[]).map(({ current }) => current)).toEqual([true]);
  });

  it('and no later one does', async () => {
    await register();
    await signIn();
    const first = await openLink();
    await query(farebox, "update access_links set created_at = created_at - interval '5 minutes'");
    await signIn();
    const second = await openLink(1);
    expect((await call(second)).status).toBe(200);
    expect((await call(first)).status).toBe(200);
  });

  it('by a confirmed payment: the card that pays is not behind a token of who registered before', async () => {
    const squatter = (await register()).json['jwt'];
    const payer = new Shopper(farebox.url, person);
    expect((await payer.visit(await payer.subscribe())).text).toContain('One more step');
    const token = await openLink();
    expect((await call(token)).status).toBe(200);
    await untilRevoked(squatter);
  });

  it('of an account whose registrant has used up all of its tokens', async () => {
    const { jwt, customerId } = (await register()).json;
    await query(
      farebox,
      `insert into tokens (id, account_id, customer_id, "user", name, issued_at, expires_at)
       select gen_random_uuid(), a.id, a.customer_id, a.customer_id, 'x', now(), now() + interval '1 day'
       from accounts a, generate_series(1, 99) where a.customer_id = $1`,
      [customerId],
    );
    await signIn();
    expect((await call(await openLink())).status).toBe(200);
    await untilRevoked(jwt);
  });

  it('and no token that is being issued meanwhile is left', async () => {
    const squatter = (await register()).json['jwt'];
    await signIn();
    await mails.link(person.email);
    const [token, ...made] = await Promise.all([
      openLink(),
      ...Array.from({ length: 12 }, (_, n) => issue(squatter, `late ${n}`)),
    ]);
    expect((await call(token)).status).toBe(200);
    for (const { status, json } of made) if (status === 201) await untilRevoked(json['jwt']);
    const [live] = await query(
      farebox,
      `select count(*)::int as n from tokens t join accounts a on a.id = t.account_id
       where a.email = $1 and t.revoked_at is null`,
      [person.email],
    );
    expect(live?.['n']).toBe(1);
  });

  it('looking at the link is none', async () => {
    const { jwt } = (await register()).json;
    await signIn();
    const page = await new Shopper(farebox.url, person).visit(await mails.link(person.email));
    expect(page.text).toContain('issued before');
    expect((await call(jwt)).status).toBe(200);
  });
});

describe('a payment page that was passed on', () => {
  it('gives whoever paid the account, also when the browser that began has taken the token', async () => {
    const beginner = new Shopper(farebox.url, newPerson());
    const { url } = await beginner.open({});
    const payer = new Shopper(farebox.url, person);
    const back = await payer.pay(url);
    const taken = tokenOn(await beginner.visit(back));
    expect((await call(taken)).status).toBe(200);
    expect((await payer.visit(back)).status).toBe(404);
    const token = await openLink();
    expect((await call(token)).status).toBe(200);
    await untilRevoked(taken);
  });
});

describe('sign-in.202', () => {
  it('is the same to the byte for a known and an unknown email, and mails the known one alone', async () => {
    await register();
    const stranger = newPerson().email;
    const [known, unknown] = [await signIn(), await signIn(stranger)];
    expect([known.status, unknown.status]).toEqual([202, 202]);
    expect(unknown.text).toBe(known.text);
    expect((await call(await openLink())).status).toBe(200);
    await until(
      async () =>
        (await query(farebox, 'select 1 from access_links where email = $1 and sent_at is null', [stranger]))
          .length === 0,
    );
    expect(await mails.list(stranger)).toEqual([]);
  });

  it('sends one mail, however often it is asked for within a minute', async () => {
    await register();
    await Promise.all(Array.from({ length: 5 }, () => signIn(` ${person.email.toUpperCase()} `)));
    await openLink();
    await signIn();
    const waiting = 'select 1 from access_links where sent_at is null';
    await until(async () => (await query(farebox, waiting)).length === 0);
    expect(await mails.list(person.email)).toHaveLength(1);
  });

  it('by a form without a script', async () => {
    await register();
    const reader = new Shopper(farebox.url, person);
    const page = await reader.visit(`${farebox.url}/sign-in`);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/<form method="post" action="\/sign-in\/mail">/);
    const send = (email: string) =>
      reader.visit(`${farebox.url}/sign-in/mail`, { method: 'POST', body: new URLSearchParams({ email }) });
    const [known, unknown, bad] = [await send(person.email), await send(newPerson().email), await send('x')];
    expect([known.status, unknown.status, bad.status]).toEqual([200, 200, 400]);
    expect(unknown.text).toBe(known.text);
    expect((await call(await openLink())).status).toBe(200);
  });
});

describe('sign-in.400, 429 and 503', () => {
  it.each([[{}], [{ email: 'x' }], [{ email: 'a@example.com', plan: 'x' }]])('400 for %j', async (body) => {
    expect((await post(`${farebox.url}/sign-in`, body)).status).toBe(400);
  });

  it('429 beyond the rate limit; 503 where no mail can be sent', async () => {
    const mute = await farebox.startSibling({ REGISTRATION_RATE_LIMIT: '2', SMTP_URL: '', MAIL_FROM: '' });
    const ask = () => post(`${mute.url}/sign-in`, { email: person.email });
    expect([(await ask()).json['code'], (await ask()).status, (await ask()).json['code']]).toEqual([
      'mail_unavailable',
      503,
      'rate_limited',
    ]);
    await mute.process.stop();
  });
});

describe('register.409', () => {
  it('offers the link', async () => {
    await register();
    const { status, json } = await register();
    expect([status, json['code'], json['detail']]).toEqual([
      409,
      'email_taken',
      expect.stringMatching(/sign-in link.*POST \/sign-in/),
    ]);
  });

  it('is answered so often an hour to one address, and then neither for what is taken nor for what is not', async () => {
    await register();
    const limited = await farebox.startSibling({ REGISTRATION_CONFLICT_LIMIT: '2' });
    const send = async (who = person) => (await post(`${limited.url}/register`, who)).status;
    expect([await send(newPerson()), await send(), await send()]).toEqual([200, 409, 409]);
    expect([await send(), await send(newPerson())]).toEqual([429, 429]);
    await limited.process.stop();
  });

  it('where many addresses ask, each of them is given one', async () => {
    await register();
    const limited = await farebox.startSibling({
      REGISTRATION_CONFLICT_LIMIT: '3',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const send = async (address: number, who = person) =>
      (await post(`${limited.url}/register`, who, { 'x-forwarded-for': `192.0.2.${address}` })).status;
    const answers: number[] = [];
    // Thirty times what one address may, within a minute.
    for (let address = 0; address < 31; address++)
      for (let n = 0; n < 3; n++) answers.push(await send(address));
    expect(answers.slice(0, 90).every((status) => status === 409)).toBe(true);
    expect(answers.slice(90)).toEqual([409, 429, 429]);
    expect(await send(200, newPerson())).toBe(200);
    await limited.process.stop();
  });
});
