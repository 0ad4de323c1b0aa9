import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  moesifList,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  STRIPE_KEY,
  stripeList,
} from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { logged, until } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';

let farebox: Farebox;
let mails: Mails;
let shopper: Shopper;

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
  shopper = newShopper();
});
afterAll(() => farebox?.stop());

const newShopper = (): Shopper => new Shopper(farebox.url, newPerson());
const call = (token: string | undefined) => request(`${farebox.url}/test-service`, bearer(String(token)));
const fault = (body: object) => post(`${farebox.stripeUrl}/_sandbox/faults`, body);
const accountsOf = (email: string) => query(farebox, 'select * from accounts where email = $1', [email]);

/** The webhooks have made the account, and nothing more is to come of them. */
async function untilHeard(email: string): Promise<void> {
  await until(async () => (await accountsOf(email)).length === 1);
  const open = `select 1 from webhook_events where state in ('pending', 'waiting') and type like 'checkout%'
    union all select 1 from topic_deliveries`;
  await until(async () => (await query(farebox, open)).length === 0);
}

/** As if nobody had told us that it was paid. */
async function forget(email: string): Promise<void> {
  const [account] = await accountsOf(email);
  for (const [table, column] of [
    ['access_links', 'account_id'],
    ['checkouts', 'account_id'],
    ['accounts', 'id'],
  ])
    await query(farebox, `delete from ${table} where ${column} = $1`, [account?.['id']]);
}

async function stripe(path: string): Promise<Record<string, unknown>> {
  return (await request(`${farebox.stripeUrl}/v1/${path}`, bearer(STRIPE_KEY))).json;
}

describe('checkout.200', () => {
  it('opens a session for the plan, bound to this browser by a cookie that no script reads', async () => {
    const { answer, sessionId } = await shopper.open({ plan: 'volume', email: ` ${shopper.email} ` });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ url: expect.stringContaining(sessionId), sessionId });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^farebox_checkout=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const session = await stripe(`checkout/sessions/${sessionId}?expand[]=line_items`);
    expect(session).toMatchObject({
      mode: 'subscription',
      client_reference_id: expect.stringMatching(/^farebox-[\w-]{43}$/),
      customer_email: shopper.email,
      success_url: `${farebox.url}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${farebox.url}/pricing`,
      line_items: { data: [{ quantity: null, price: { lookup_key: 'farebox:volume' } }] },
    });
    // What Stripe knows is no way back to the cookie.
    expect(JSON.stringify(session)).not.toContain(shopper.cookie?.split('=')[1]);
  });

  it('keeps the cookie that the browser has, so that two tabs both come back', async () => {
    const first = await shopper.open({});
    const { cookie } = shopper;
    const second = await shopper.open({});
    expect(shopper.cookie).toBe(cookie);
    expect(second.sessionId).not.toBe(first.sessionId);
    for (const { url } of [first, second]) {
      shopper.email = newPerson().email;
      expect(tokenOn(await shopper.visit(await shopper.pay(url)))).toBeDefined();
    }
  });

  it('answers the same under the same Idempotency-Key, and gives nobody else the way back', async () => {
    const headers = { 'idempotency-key': `checkout-${shopper.email}` };
    const first = await shopper.open({ plan: 'standard' }, headers);
    const again = await shopper.open({ plan: 'standard' }, headers);
    expect(again.answer.text).toBe(first.answer.text);
    // Whoever guesses the key.
    const guesser = newShopper();
    const guessed = await guesser.open({ plan: 'standard' }, headers);
    expect(guessed.answer.text).toBe(first.answer.text);
    expect(guesser.cookie).toBeUndefined();
    const back = await shopper.pay(first.url);
    expect((await guesser.visit(back)).status).toBe(404);
    expect(tokenOn(await shopper.visit(back))).toBeDefined();
    const other = await shopper.open({ plan: 'volume' }, headers);
    expect([other.answer.status, other.answer.json['code']]).toEqual([422, 'idempotency_key_reused']);
  });
});

describe('checkout.400', () => {
  it.each([
    [{ plan: 'none' }, 'plan'],
    [{ email: 'nobody' }, 'email'],
    [{ plan: 7 }, 'plan'],
    [{ quantity: 2 }, 'quantity'],
  ])('%j names the field', async (body, field) => {
    const { answer } = await shopper.open(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('checkout.503', () => {
  it('while Stripe is away', async () => {
    await fault({ path: '/v1/checkout/sessions', method: 'POST', status: 503, times: 2 });
    const { answer } = await shopper.open({});
    expect([answer.status, answer.json['code']]).toEqual([503, 'billing_unavailable']);
    expect(answer.headers.get('retry-after')).toBeTruthy();
    expect((await shopper.open({})).answer.status).toBe(200);
  });
});

describe('return.200', () => {
  it('makes the account, tells Moesif, and shows a token that works', async () => {
    const back = await shopper.subscribe('volume');
    expect(back).toMatch(/\/checkout\/return\?session_id=cs_test_\w+$/);
    const page = await shopper.visit(back);
    expect(page.status).toBe(200);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'"),
    });
    expect((await call(tokenOn(page))).text).toBe('this is a response');
    const [account] = await accountsOf(shopper.email);
    expect(account).toMatchObject({
      firstname: 'Ada King',
      lastname: 'Lovelace',
      plan: 'volume',
      status: 'active',
    });
    const customer = await stripe(`customers/${String(account?.['customer_id'])}`);
    expect(customer['metadata']).toEqual({ farebox_account_id: account?.['id'] });
    const subscription = await stripe(`subscriptions/${String(account?.['subscription_id'])}`);
    expect(subscription).toMatchObject({
      metadata: { farebox_account_id: account?.['id'], farebox_plan: 'volume' },
      default_payment_method: expect.stringMatching(/^pm_/),
    });
    await until(async () =>
      (await moesifList(farebox, 'users')).some(
        ({ user_id, company_id }) => user_id === customer['id'] && company_id === subscription['id'],
      ),
    );
  });

  it('shows the token once, and sends a link when it was lost', async () => {
    const back = await shopper.subscribe();
    expect(tokenOn(await shopper.visit(back))).toBeDefined();
    const reloaded = await shopper.visit(back);
    expect(reloaded.status).toBe(200);
    expect(reloaded.text).not.toMatch(/eyJ[\w-]+\./);
    expect(reloaded.text).toContain('Your token was already shown');
    // Nobody else is sent anything for it.
    await newShopper().submit(reloaded, '/checkout/link/mail');
    await shopper.submit(reloaded, '/checkout/link/mail');
    await shopper.submit(reloaded, '/checkout/link/mail');
    const link = await until(async () => {
      const asked = (await mails.list(shopper.email)).find(({ text }) => text.includes('You asked for'));
      return /http\S+token=\S+/.exec(asked?.text ?? '')?.[0];
    });
    const page = await shopper.submit(await shopper.visit(link), '/checkout/link');
    expect((await call(tokenOn(page))).status).toBe(200);
    const asked = (await mails.list(shopper.email)).filter(({ text }) => text.includes('You asked for'));
    expect(asked).toHaveLength(1);
  });

  it('makes one account and shows one token, however many times it is loaded at once', async () => {
    const back = await shopper.subscribe();
    const pages = await Promise.all(Array.from({ length: 10 }, () => shopper.visit(back)));
    expect(pages.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(pages.filter((page) => tokenOn(page) !== undefined)).toHaveLength(1);
    expect(await accountsOf(shopper.email)).toHaveLength(1);
    expect(await stripeList(farebox, `/v1/customers?email=${shopper.email}`)).toHaveLength(1);
  });

  it('is not used up by HEAD', async () => {
    const back = await shopper.subscribe();
    expect((await shopper.visit(back, { method: 'HEAD' })).status).toBe(200);
    expect(tokenOn(await shopper.visit(back))).toBeDefined();
  });
});

describe('return.404', () => {
  it('for another browser, whether it has a cookie or not, and the same for what is not there', async () => {
    const back = await shopper.subscribe();
    const stranger = newShopper();
    const without = await stranger.visit(back);
    await stranger.open({});
    const pages = [
      without,
      await stranger.visit(back),
      await stranger.visit(`${farebox.url}/checkout/return?session_id=cs_test_nothing`),
      await stranger.visit(`${farebox.url}/checkout/return?session_id=${encodeURIComponent('"><script>')}`),
      await stranger.visit(`${farebox.url}/checkout/return?session_id=cs_1&session_id=cs_2`),
      await stranger.visit(`${farebox.url}/checkout/return`),
    ];
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(pages.map(({ status }) => status)).toEqual(Array(6).fill(404));
    expect(without.text).not.toMatch(/eyJ[\w-]+\./);
    expect(tokenOn(await shopper.visit(back))).toBeDefined();
    // Settled by now, and still nobody else's.
    expect((await stranger.visit(back)).text).toBe(without.text);
  });
});

describe('return of what is not paid', () => {
  it('409 while it is open, 410 when it has expired, and no account', async () => {
    const { sessionId } = await shopper.open({});
    const back = `${farebox.url}/checkout/return?session_id=${sessionId}`;
    expect((await shopper.visit(back)).status).toBe(409);
    await request(`${farebox.stripeUrl}/v1/checkout/sessions/${sessionId}/expire`, {
      method: 'POST',
      ...bearer(STRIPE_KEY),
    });
    const expired = await shopper.visit(back);
    expect([expired.status, tokenOn(expired)]).toEqual([410, undefined]);
    expect(await accountsOf(shopper.email)).toEqual([]);
  });
});

describe('return.503', () => {
  it.each([
    ['the session', '/v1/checkout/sessions/', 'GET'],
    ['the customer', '/v1/customers/', 'POST'],
    ['the subscription', '/v1/subscriptions/', 'POST'],
  ])('while Stripe does not answer for %s; loading it again carries on', async (_what, path, method) => {
    const back = await shopper.subscribe();
    await untilHeard(shopper.email);
    await forget(shopper.email);
    await fault({ path: `${path}*`, method, status: 503, times: 2 });
    const away = await shopper.visit(back);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect(away.text).toContain('reload this page');
    await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
    expect((await call(tokenOn(await shopper.visit(back)))).status).toBe(200);
    expect(await accountsOf(shopper.email)).toHaveLength(1);
  });
});

describe('whoever closes the tab', () => {
  it('has an account, and gets a mail with a link that shows the token once', async () => {
    await shopper.subscribe();
    const link = await mails.link(shopper.email);
    expect(await accountsOf(shopper.email)).toHaveLength(1);
    const [mail] = await mails.list(shopper.email);
    expect(JSON.stringify(mail)).not.toMatch(/eyJ[\w-]+\./);
    // On another machine; and a program that checks mails was first.
    const phone = new Shopper(farebox.url, shopper);
    for (let i = 0; i < 3; i++) expect((await phone.visit(link)).status).toBe(200);
    const button = await phone.visit(link);
    const uses = await Promise.all([1, 2, 3].map(() => phone.submit(button, '/checkout/link')));
    expect(uses.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect((await call(uses.map(tokenOn).find((token) => token !== undefined))).status).toBe(200);
    const used = await phone.visit(link);
    expect(used.status).toBe(410);
    // A new one goes to the same address.
    await phone.submit(used, '/checkout/link/mail');
    const second = await mails.link(shopper.email, 1);
    expect(second).not.toBe(link);
    expect(tokenOn(await phone.submit(await phone.visit(second), '/checkout/link'))).toBeDefined();
  });

  it('gets it too when the token was seen, as the one who saw it may not be the one who paid', async () => {
    const token = tokenOn(await shopper.visit(await shopper.subscribe()));
    expect(await mails.link(shopper.email)).toContain('/checkout/link?token=');
    const [mail] = await mails.list(shopper.email);
    expect(mail?.text).toContain('was shown in the browser in which the checkout was opened');
    expect(mail?.text).toContain('all tokens issued before stop working');
    expect((await call(token)).status).toBe(200);
  });

  it('gets it when the mail server takes mails again', async () => {
    await mails.refuse(451, 1);
    await shopper.subscribe();
    expect(await mails.link(shopper.email)).toContain('/checkout/link?token=');
    await logged(farebox.app, 'A mail could not be sent and will be tried again.');
    expect(await mails.list(shopper.email)).toHaveLength(1);
  });

  it('finds nothing in the log that would help anybody else', async () => {
    const output = farebox.app.output();
    expect(output).toContain('A mail with a link was sent.');
    expect(output).not.toMatch(/eyJ[\w-]+\.|token=|@example\.com|cs_test_/);
  });
});

describe('a link', () => {
  it.each(['', 'x', 'a'.repeat(43), `"><script>`])('404 for %j', async (secret) => {
    const page = await shopper.visit(`${farebox.url}/checkout/link?token=${encodeURIComponent(secret)}`);
    expect(page.status).toBe(404);
    expect(page.text).not.toContain('"><script>');
    const posted = await shopper.visit(`${farebox.url}/checkout/link`, {
      method: 'POST',
      body: new URLSearchParams({ token: secret }),
    });
    expect(posted.status).toBe(404);
  });

  it('410 when it is too old', async () => {
    const back = await shopper.subscribe();
    await shopper.visit(back);
    await shopper.submit(await shopper.visit(back), '/checkout/link/mail');
    const button = await shopper.visit(await mails.link(shopper.email));
    await query(farebox, "update access_links set expires_at = now() - interval '1 second'");
    expect((await shopper.submit(button, '/checkout/link')).status).toBe(410);
  });
});

describe('an email that has an account', () => {
  it('gets the subscription once its owner has confirmed it by a link, and the old one is billed and ended', async () => {
    const person = newPerson();
    const registered = (await post(`${farebox.url}/register`, person)).json;
    const old = String(registered['jwt']);
    shopper.email = person.email.toUpperCase();
    const back = await shopper.subscribe('volume');
    const page = await shopper.visit(back);
    expect([page.status, tokenOn(page)]).toEqual([200, undefined]);
    expect(page.text).toContain('One more step');
    const [before] = await accountsOf(person.email);
    expect(before).toMatchObject({ customer_id: registered['customerId'], plan: 'standard' });

    const link = await mails.link(person.email);
    expect((await mails.list(person.email))[0]?.subject).toBe('Confirm your new subscription');
    const reader = newShopper();
    const confirmed = await reader.submit(await reader.visit(link), '/checkout/link');
    expect((await call(tokenOn(confirmed))).status).toBe(200);
    const [after] = await accountsOf(person.email);
    expect(after).toMatchObject({ id: before?.['id'], plan: 'volume', status: 'active' });
    expect(after?.['customer_id']).not.toBe(registered['customerId']);
    // What was issued before anybody had confirmed the email ends; what is issued after that goes on.
    await until(async () => (await call(old)).json['code'] === 'token_revoked');
    const first = String(tokenOn(confirmed));
    expect((await call(first)).status).toBe(200);
    const companies = await until(async () => {
      const calls = (await moesifList(farebox, 'events')).filter(
        (event) => event['company_id'] === after?.['subscription_id'],
      );
      return calls.length >= 2 ? calls : undefined;
    });
    expect(companies.length).toBeGreaterThanOrEqual(2);

    const ended = await until(async () => {
      const subscription = await stripe(`subscriptions/${String(registered['subscriptionId'])}`);
      return subscription['status'] === 'canceled' ? subscription : undefined;
    });
    expect(ended['latest_invoice']).toBeTruthy();
    // News of the customer it has now are followed.
    await request(`${farebox.stripeUrl}/v1/subscriptions/${String(after?.['subscription_id'])}`, {
      method: 'DELETE',
      ...bearer(STRIPE_KEY),
    });
    await until(async () => (await call(first)).status === 402);
    expect((await shopper.visit(back)).text).toContain('Your token was already shown');
  });

  it('and twice at once: one of two payments is an account, the other waits for its proof', async () => {
    const other = new Shopper(farebox.url, shopper);
    const [one, two] = await Promise.all([shopper.subscribe(), other.subscribe()]);
    const pages = await Promise.all([shopper.visit(one), other.visit(two)]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    expect(pages.filter((page) => tokenOn(page) !== undefined)).toHaveLength(1);
    expect(pages.filter(({ text }) => text.includes('One more step'))).toHaveLength(1);
    expect(await accountsOf(shopper.email)).toHaveLength(1);
  });

  it('a registration that lost to a payment ends what it had made in Stripe', async () => {
    const person = newPerson();
    await fault({ path: '/v1/subscriptions', method: 'POST', delayMs: 1_000 });
    const registering = post(`${farebox.url}/register`, person);
    await until(async () => (await query(farebox, 'select 1 from registrations')).length > 0);
    await query(
      farebox,
      `insert into accounts (id, email, firstname, lastname, customer_id, subscription_id, status, plan, period_start, period_end, created_at)
       values (gen_random_uuid(), $1, '', '', $2, $3, 'active', 'standard', now(), now(), now())`,
      [person.email, `cus_paid_${process.pid}`, `sub_paid_${process.pid}`],
    );
    const { status, json } = await registering;
    expect([status, json['code']]).toEqual([409, 'email_taken']);
    const [customer] = await stripeList(farebox, `/v1/customers?email=${person.email}`);
    const made = await stripeList(
      farebox,
      `/v1/subscriptions?customer=${String(customer?.['id'])}&status=all`,
    );
    expect(made.map((subscription) => subscription['status'])).toEqual(['canceled']);
    expect(await query(farebox, 'select 1 from registrations where email = $1', [person.email])).toEqual([]);
  });

  it('a registration that has begun is finished first', async () => {
    const person = newPerson();
    shopper.email = person.email;
    const back = await shopper.open({});
    await fault({ path: '/v1/subscriptions', method: 'POST', delayMs: 500 });
    const registering = post(`${farebox.url}/register`, person);
    await until(async () => (await query(farebox, 'select 1 from registrations')).length > 0);
    const page = await shopper.visit(await shopper.pay(back.url));
    expect((await registering).status).toBe(200);
    expect(page.text).toContain('One more step');
  });
});
