import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  moesifList,
  post,
  query,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { type Mails, startMails } from '../support/mail.js';
import { until } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';
import { Random } from '../support/random.js';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const SHOPPERS = 24;
const PATIENCE_MS = 60_000;

let farebox: Farebox;
let mails: Mails;
beforeAll(async () => {
  mails = await startMails();
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
    CHECKOUT_MAIL_DELAY: '1s',
    REGISTRATION_RATE_LIMIT: '1000000',
    REGISTRATION_CONFLICT_LIMIT: '1000000',
    ...mails.settings,
  }));
}, 60_000);
afterAll(() => farebox?.stop());

/** How a person comes back: by the page, by nothing but the webhook, or with the email of an account. */
type Way = 'returns' | 'closes the tab' | 'has an account';
const WAYS: readonly Way[] = ['returns', 'returns', 'closes the tab', 'has an account'];

interface Person {
  way: Way;
  shopper: Shopper;
  back: string;
  /** Every token that was shown. */
  tokens: string[];
  /** The token of the account that was there before. */
  before?: string;
}

async function personOf(name: string, way: Way): Promise<Person> {
  const email = `checkout-${SEED}-${name}@example.com`;
  const shopper = new Shopper(farebox.url, { email });
  const person: Person = { way, shopper, back: '', tokens: [] };
  if (way === 'has an account') {
    const { json } = await post(`${farebox.url}/register`, { email, firstname: 'Ada', lastname: 'Lovelace' });
    person.before = String(json['jwt']);
  }
  person.back = await shopper.subscribe('volume');
  return person;
}

/** Comes back once; a kill in the middle leaves nothing to read. @returns whether an answer came */
async function comeBack(person: Person): Promise<boolean> {
  const page = await person.shopper.visit(person.back).catch(() => undefined);
  if (page === undefined || page.status !== 200) return false;
  const token = tokenOn(page);
  if (token !== undefined) person.tokens.push(token);
  return true;
}

/** What a person does until there is a token: reloads the page, and opens the link in the mail. */
async function finish(person: Person): Promise<void> {
  const { shopper, way } = person;
  if (way !== 'closes the tab') await until(() => comeBack(person), PATIENCE_MS);
  await until(async () => {
    if (person.tokens.length > 0) return true;
    const count = (await mails.list(shopper.email)).length;
    if (count === 0) {
      // The page was on its way when the process died: the link is asked for.
      if (way !== 'closes the tab') {
        const page = await shopper.visit(person.back);
        if (page.text.includes('/checkout/link/mail')) await shopper.submit(page, '/checkout/link/mail');
      }
      await delay(100);
      return false;
    }
    const page = await shopper.visit(await mails.link(shopper.email, count - 1));
    if (page.status === 410) await shopper.submit(page, '/checkout/link/mail');
    if (page.status !== 200) return false;
    const token = tokenOn(await shopper.submit(page, '/checkout/link'));
    if (token !== undefined) person.tokens.push(token);
    return token !== undefined;
  }, PATIENCE_MS);
}

async function assertExactlyOnce({ shopper, way, tokens, before }: Person): Promise<void> {
  const { email } = shopper;
  const accounts = await query(farebox, 'select * from accounts where email = $1', [email]);
  expect(accounts.map((account) => account['plan'])).toEqual(['volume']);
  const [account] = accounts;
  const customers = await stripeList(farebox, `/v1/customers?email=${email}`);
  expect(customers).toHaveLength(way === 'has an account' ? 2 : 1);
  const live = await until(async () => {
    const all = await Promise.all(
      customers.map(({ id }) => stripeList(farebox, `/v1/subscriptions?customer=${String(id)}`)),
    );
    // The one that was replaced is ended by a message, a moment later.
    return all.flat().length === 1 ? all.flat() : undefined;
  }, PATIENCE_MS);
  expect(live[0]).toMatchObject({
    id: account?.['subscription_id'],
    customer: account?.['customer_id'],
    metadata: { farebox_account_id: account?.['id'] },
  });
  const call = (token: string) => request(`${farebox.url}/test-service`, bearer(token));
  for (const token of tokens) expect((await call(token)).status).toBe(200);
  // It was issued before anybody had shown that the email is theirs.
  if (before !== undefined) await until(async () => (await call(before)).json['code'] === 'token_revoked');
  const shown = await query(
    farebox,
    `select count(*)::int as count from tokens where account_id = $1 and name = 'Checkout'`,
    [account?.['id']],
  );
  expect(Number(shown[0]?.['count'])).toBeLessThanOrEqual(1);
}

it.each([
  ['the session is fetched', '/v1/checkout/sessions/*', 'GET', {}],
  ['the customer is tagged', '/v1/customers/*', 'POST', {}],
  ['the subscription is tagged', '/v1/subscriptions/*', 'POST', {}],
  ['the subscription has been tagged, unheard', '/v1/subscriptions/*', 'POST', { drop: 'after' }],
])('killed while %s, it ends the same', async (step, path, method, how) => {
  // No webhook: what the return did is all there is.
  const endpoints = await stripeList(farebox, '/v1/webhook_endpoints');
  const person = await withoutWebhooks(endpoints, () => personOf(step.replaceAll(/\W/g, '-'), 'returns'));
  await post(`${farebox.stripeUrl}/_sandbox/faults`, { path, method, delayMs: 1_500, ...how });
  const visit = comeBack(person);
  await untilTaken();
  await farebox.app.kill('SIGKILL');
  expect(await visit).toBe(false);
  // Nobody comes back for a while: the sweep that every start begins with finds what was begun.
  await query(farebox, 'update checkouts set next_attempt_at = now()');
  await farebox.startApp();
  if (!path.includes('sessions'))
    await until(
      async () =>
        (await query(farebox, 'select 1 from accounts where email = $1', [person.shopper.email])).length ===
        1,
    );
  await finish(person);
  expect(person.tokens).toHaveLength(1);
  await assertExactlyOnce(person);
});

it('killed while a new subscription is confirmed, the link is as good as before', async () => {
  const person = await personOf('confirms', 'has an account');
  const { shopper } = person;
  await until(() => comeBack(person));
  const link = await mails.link(shopper.email);
  const page = await shopper.visit(link);
  await post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: '/v1/subscriptions/*',
    method: 'POST',
    delayMs: 1_500,
  });
  const confirmed = shopper.submit(page, '/checkout/link').catch(() => undefined);
  await untilTaken();
  await farebox.app.kill('SIGKILL');
  expect(await confirmed).toBeUndefined();
  await farebox.startApp();
  const token = tokenOn(await shopper.submit(await shopper.visit(link), '/checkout/link'));
  person.tokens.push(String(token));
  await assertExactlyOnce(person);
});

/** The fault that was planted is being felt. */
async function untilTaken(): Promise<void> {
  await until(
    async () =>
      ((await request(`${farebox.stripeUrl}/_sandbox/faults`)).json as unknown as unknown[]).length === 0,
  );
}

async function withoutWebhooks<T>(
  endpoints: readonly Record<string, unknown>[],
  work: () => Promise<T>,
): Promise<T> {
  const set = async (disabled: string): Promise<void> => {
    for (const { id } of endpoints) {
      const { status } = await request(`${farebox.stripeUrl}/v1/webhook_endpoints/${String(id)}`, {
        method: 'POST',
        ...bearer(String(farebox.env['STRIPE_KEY'])),
        body: new URLSearchParams({ disabled }),
      });
      expect(status).toBe(200);
    }
  };
  await set('true');
  try {
    return await work();
  } finally {
    await set('false');
  }
}

it(`survives ${ROUNDS} rounds of kill -9 in the middle of ${SHOPPERS} returns (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    await post(`${farebox.stripeUrl}/_sandbox/settings`, { processingMs: 0 });
    const people = await Promise.all(
      Array.from({ length: SHOPPERS }, (_, index) =>
        personOf(`${round}-${index}`, WAYS[index % WAYS.length] ?? 'returns'),
      ),
    );
    await post(`${farebox.stripeUrl}/_sandbox/settings`, { processingMs: random.between(5, 80) });
    const kills = random.between(1, 3);
    for (let kill = 0; kill < kills; kill++) {
      const visits = people.filter(({ way }) => way !== 'closes the tab').map(comeBack);
      await delay(random.between(5, 1_500));
      await farebox.app.kill('SIGKILL');
      await Promise.all(visits);
      // A mail whose sender was killed is sent again after a minute; nobody waits for that here.
      await query(farebox, 'update access_links set next_attempt_at = now() where sent_at is null');
      await farebox.startApp();
    }
    await Promise.all(people.map(finish));
    for (const person of people) await assertExactlyOnce(person);
    await until(async () => {
      const users = (await moesifList(farebox, 'users')).map(
        (user) => (user['metadata'] as { email?: string }).email,
      );
      return people.every(({ shopper }) => users.includes(shopper.email));
    }, PATIENCE_MS);
    process.stdout.write(
      `round ${round + 1}: ${kills} kills; ${people.filter(({ tokens }) => tokens.length > 1).length} saw two tokens\n`,
    );
  }
});
