import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RevokedTokens, TokenList } from '../../src/modules/auth/index.js';
import { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/platform/ids/ids.js';
import { Sweep } from '../../src/platform/jobs/sweep.js';
import { type InProcess, startInProcess } from '../support/in-process.js';
import { until } from '../support/processes.js';

let farebox: InProcess;

beforeAll(async () => {
  farebox = await startInProcess([]);
});
afterAll(async () => {
  await farebox?.stop();
});

const get = <T>(type: abstract new (...args: never[]) => T): T =>
  farebox.app.get(type as never, { strict: false }) as T;
const sweep = () => get(Sweep).runOnce();

/** The first column of the table in docs/operations.md that says how long what is kept. */
function documented(): string[] {
  const docs = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8');
  const [, section = ''] = docs.split('## What is kept, and for how long');
  const [table = ''] = section.split('\n## ', 1);
  return [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
}

it('docs/operations.md says of every table how long its rows are kept', async () => {
  const rows = await farebox.query(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'farebox' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> '__drizzle_migrations'
     order by 1`,
  );
  const tables = rows.map(({ name }) => String(name));
  expect(tables.length).toBeGreaterThan(25);
  expect(documented().toSorted()).toEqual(tables);
});

const DAY = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * DAY);

it('tokens are deleted a month after they expired', async () => {
  const { customerId } = await farebox.newCustomer();
  const issue = async (expiresAt: Date): Promise<string> => {
    const id = newId();
    await farebox.query(
      `insert into tokens select $1, account_id, customer_id, customer_id, 'old', $2, $2 from tokens where customer_id = $3 limit 1`,
      [id, expiresAt, customerId],
    );
    return id;
  };
  const [gone, kept] = [await issue(ago(31)), await issue(ago(29))];
  await sweep();
  const left = await farebox.query('select id from tokens where id = any($1::uuid[])', [[gone, kept]]);
  expect(left).toEqual([{ id: kept }]);
});

it('events of Stripe, and the emails in them, are deleted after a month; parked ones after three', async () => {
  const store = async (state: string, days: number): Promise<string> => {
    const id = `evt_${newId()}`;
    await farebox.query(
      `insert into webhook_events (id, type, happened_at, received_at, payload, state, next_attempt_at)
       values ($1, 'customer.created', $2, $2, '{"email": "ada@example.com"}', $3, now() + interval '1 day')`,
      [id, ago(days), state],
    );
    return id;
  };
  const gone = [
    await store('done', 31),
    await store('ignored', 31),
    await store('waiting', 31),
    await store('parked', 91),
  ];
  const kept = [await store('done', 29), await store('parked', 31), await store('pending', 31)];
  await sweep();
  const left = await farebox.query('select id from webhook_events where id = any($1::text[])', [
    [...gone, ...kept],
  ]);
  expect(left.map(({ id }) => String(id)).toSorted()).toEqual(kept.toSorted());
});

it('changes of subscriptions and findings about usage are deleted with the calls', async () => {
  const change = async (endedAt: Date | null, outcome: string | null): Promise<string> => {
    const id = newId();
    await farebox.query(
      `insert into subscription_changes
         (id, account_id, customer_id, subscription_id, kind, requested_at, next_attempt_at, ended_at, outcome)
       values ($1, $1, 'cus', 'sub', 'cancel', now(), now() + interval '1 day', $2, $3)`,
      [id, endedAt, outcome],
    );
    return id;
  };
  const gone = await change(ago(401), 'done');
  const kept = [await change(ago(399), 'done'), await change(ago(401), 'scheduled')];
  await farebox.query(`insert into usage_checks values ($1, $2, 1, '[]'), ($3, $4, 1, '[]')`, [
    newId(),
    ago(401),
    newId(),
    ago(399),
  ]);
  await sweep();
  const left = await farebox.query('select id from subscription_changes where id = any($1::uuid[])', [
    [gone, ...kept],
  ]);
  expect(left.map(({ id }) => String(id)).toSorted()).toEqual(kept.toSorted());
  expect(await farebox.query('select count(*)::integer as n from usage_checks')).toEqual([{ n: 1 }]);
});

it('an account that issues and revokes in a loop comes to an end', async () => {
  const { customerId } = await farebox.newCustomer();
  const [account] = await farebox.query('select id from accounts where customer_id = $1', [customerId]);
  const accountId = String(account?.['id']);
  const room = () => get(Database).transaction((tx) => get(TokenList).assertRoom(tx, accountId));
  await farebox.query(
    `insert into tokens select gen_random_uuid(), $1::uuid, $2, $2, 'loop', now(), now() + interval '1 hour', now()
     from generate_series(1, 998)`,
    [accountId, customerId],
  );
  await room();
  await farebox.query(
    `insert into tokens values (gen_random_uuid(), $1::uuid, $2, $2, 'loop', now(), now() + interval '1 hour', now())`,
    [accountId, customerId],
  );
  await expect(room()).rejects.toMatchObject({
    code: 'too_many_tokens',
    message: expect.stringMatching(/1000 tokens/),
  });
});

it('a revocation that is announced of a token which is not there is let go of with the next sweep', async () => {
  const id = newId();
  await farebox.query(`select pg_notify('token_revoked', $1)`, [id]);
  const revoked = get(RevokedTokens);
  await until(async () => revoked.has(id), 15_000);
  await sweep();
  expect(revoked.has(id)).toBe(false);
});
