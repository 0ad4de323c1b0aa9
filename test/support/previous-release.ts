import { createHmac } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { newId } from '../../src/platform/ids/ids.js';
import { post, TOKEN_SECRET } from './farebox.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { askStripe } from './webhooks.js';

/** Of the release (commit 642e59c): the first ones of those that are there now. */
const MIGRATIONS = 11;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const root = fileURLToPath(new URL('../../', import.meta.url));
const BEFORE_OWN_SCHEMA = readJournal().entries.findIndex(({ tag }) => tag.endsWith('_own_schema'));

export interface PreviousRelease {
  database: TestDatabase;
  /** By name, as in `previous-release.sql`: what Stripe chose, such as `ada.customer`, and times. */
  texts: Readonly<Record<string, string>>;
  /** The token that was issued to somebody then. */
  token(jti: string): string;
}

/**
 * What the release before left behind: its database, with `previous-release.sql` in it, and its objects at a Stripe emulator to
 * which the example catalog was applied.
 */
export async function leavePreviousRelease(stripeUrl: string): Promise<PreviousRelease> {
  const claims = new Map<string, object>();
  const texts = await leaveStripe(stripeUrl);
  const issued = Math.floor(Date.now() / 1_000) - 20 * 86_400;
  for (const name of ['ada.token', 'ada.revoked', 'eve.token']) {
    const customer = String(texts[`${name.slice(0, 3)}.customer`]);
    const jti = newId();
    texts[name] = jti;
    claims.set(name, {
      id: customer,
      sub: customer,
      user: customer,
      jti,
      iat: issued,
      exp: issued + 90 * 86_400,
      iss: 'farebox',
      aud: 'farebox-api',
    });
  }
  texts['ada.claims'] = JSON.stringify(claims.get('ada.token'));
  const database = await createTestDatabase();
  await fill(database.url, texts);
  return { database, texts, token: (name) => sign(claims.get(name) ?? {}) };
}

function sign(claims: object): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', TOKEN_SECRET).update(body).digest('base64url')}`;
}

async function leaveStripe(stripeUrl: string): Promise<Record<string, string>> {
  const now = Date.now();
  const used = new Date(Math.floor(now / HOUR_MS) * HOUR_MS - 3 * DAY_MS);
  const told = new Date(used.getTime() + HOUR_MS);
  const texts: Record<string, string> = { used: used.toISOString(), told: told.toISOString() };
  const settings = (values: object) => post(`${stripeUrl}/_sandbox/settings`, values);
  const clock = (ago: number) => settings({ clockOffsetMs: -ago });
  const ask = (method: string, path: string, form?: Record<string, string>) =>
    askStripe({ stripeUrl }, method, path, form);
  const first = async (path: string) => String(((await ask('GET', path))['data'] as { id: string }[])[0]?.id);
  const subscribe = async (who: string, plan: string, form: Record<string, string> = {}) => {
    const marks = { [`metadata[farebox_account]`]: ACCOUNTS[who] ?? '' };
    const { id: customer } = await ask('POST', 'customers', { email: `${who}@old.example`, ...marks });
    texts[`${who}.customer`] = String(customer);
    const { id } = await ask('POST', 'subscriptions', {
      customer: String(customer),
      'items[0][price]': await first(`prices?lookup_keys[]=farebox:${plan}`),
      ...marks,
      ...form,
    });
    texts[`${who}.subscription`] = String(id);
  };
  const look = async (who: string) => {
    const { items, ended_at: ended } = await ask('GET', `subscriptions/${texts[`${who}.subscription`]}`);
    const [item] = (items as { data: Record<string, number>[] }).data;
    const at = (seconds: unknown) => new Date(Number(seconds) * 1_000).toISOString();
    texts[`${who}.start`] = at(item?.['current_period_start']);
    texts[`${who}.end`] = at(ended ?? item?.['current_period_end']);
  };
  const tell = (who: string, n: number, value: number) =>
    ask('POST', 'billing/meter_events', {
      event_name: 'farebox_test_service_calls',
      identifier: `usage:test-service-calls:${texts[`${who}.customer`]}:${Date.parse(String(texts[`${who}.start`])) / 1_000}:${n}`,
      timestamp: String(told.getTime() / 1_000 + n * 60),
      'payload[stripe_customer_id]': String(texts[`${who}.customer`]),
      'payload[value]': String(value),
    });

  texts['meter'] = await first('billing/meters');
  texts['price'] = await first('prices?lookup_keys[]=farebox:standard');
  await settings({ paymentRetryDays: [], afterPaymentRetries: 'past_due' });
  // Bob's first invoice could not be paid.
  await clock(45 * DAY_MS);
  await subscribe('bob', 'standard');
  await ask('POST', 'billing/meter_events', {
    event_name: 'farebox_test_service_calls',
    'payload[stripe_customer_id]': String(texts['bob.customer']),
    'payload[value]': '10',
  });
  await clock(20 * DAY_MS);
  for (const who of ['ada', 'cy', 'dee']) await subscribe(who, 'standard');
  await subscribe('eve', 'graduated');
  await subscribe('fay', 'standard', { cancel_at_period_end: 'true' });
  // Ian's account is another customer by now.
  await subscribe('ian', 'standard');
  const { id } = await ask('POST', 'customers', {
    email: 'gil@old.example',
    'metadata[farebox_account]': ACCOUNTS.gil,
  });
  texts['gil.customer'] = String(id);
  // So long ago that Stripe has forgotten the identifiers.
  await clock(now - told.getTime() - 2 * HOUR_MS);
  for (const who of ['ada', 'bob', 'cy', 'dee', 'eve', 'fay']) await look(who);
  for (const [who, n, value] of TOLD) await tell(who, n, value);
  await clock(2 * HOUR_MS);
  await ask('DELETE', `subscriptions/${texts['cy.subscription']}?invoice_now=true&prorate=false`);
  await ask('DELETE', `customers/${texts['dee.customer']}`);
  texts['cy.invoice'] = await first(`invoices?customer=${texts['cy.customer']}`);
  await ask('POST', `invoices/${texts['cy.invoice']}`, {
    auto_advance: 'false',
    'metadata[farebox_hold]': 'held',
  });
  await look('cy');
  texts['bob.invoice'] = await first(`invoices?customer=${texts['bob.customer']}`);
  await clock(0);
  return texts;
}

const ACCOUNTS: Readonly<Record<string, string>> & { gil: string } = {
  ...Object.fromEntries(
    ['ada', 'bob', 'cy', 'dee', 'eve', 'fay'].map((who, index) => [
      who,
      `01a22021-0000-7000-8000-00000000000${(10 + index).toString(16)}`,
    ]),
  ),
  gil: '01a22021-0000-7000-8000-000000000010',
};

/** What Stripe took: who, number, units. Not Bob's second, which was lost, nor his fourth. */
const TOLD = [
  ['ada', 1, 15],
  ['ada', 2, 5],
  ['bob', 1, 4],
  ['bob', 3, 3],
  ['cy', 1, 6],
  ['dee', 1, 2],
] as const;

/**
 * Migrates as releases did before the tables had a schema of their own: to where names without a schema lead, and with the
 * journal in `farebox_migrations`. Nothing happens where it finds that all of them have run.
 * @param count of migrations that the release knew.
 */
export async function migrateAsBefore(client: pg.Client, count = BEFORE_OWN_SCHEMA): Promise<void> {
  const migrationsFolder = mkdtempSync(join(tmpdir(), 'farebox-migrations-'));
  mkdirSync(join(migrationsFolder, 'meta'));
  const journal = readJournal();
  const entries = journal.entries.slice(0, count);
  writeFileSync(join(migrationsFolder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  for (const { tag } of entries)
    cpSync(join(root, 'migrations', `${tag}.sql`), join(migrationsFolder, `${tag}.sql`));
  await migrate(drizzle(client), { migrationsFolder, migrationsSchema: 'farebox_migrations' });
  rmSync(migrationsFolder, { recursive: true });
}

function readJournal(): { entries: { tag: string }[] } {
  return JSON.parse(readFileSync(join(root, 'migrations/meta/_journal.json'), 'utf8')) as ReturnType<
    typeof readJournal
  >;
}

/** Migrates an empty database as that release did, and fills it. */
async function fill(url: string, texts: Readonly<Record<string, string>>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await migrateAsBefore(client, MIGRATIONS);
    const sql = readFileSync(join(root, 'test/support/previous-release.sql'), 'utf8');
    await client.query(
      sql.replace(/\{([a-z]+(?:\.[a-z]+)?)\}/g, (_, name: string) => {
        if (texts[name] === undefined) throw new Error(`previous-release.sql names {${name}}`);
        return client.escapeLiteral(texts[name]);
      }),
    );
    await assertComplete(client);
  } finally {
    await client.end();
  }
}

/** A table that stays empty would be upgraded untested. */
async function assertComplete(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'calls\\_%'",
  );
  for (const { name } of rows) {
    const { rowCount } = await client.query(`select 1 from ${client.escapeIdentifier(name)} limit 1`);
    if (!rowCount) throw new Error(`previous-release.sql puts nothing into ${name}`);
  }
}
