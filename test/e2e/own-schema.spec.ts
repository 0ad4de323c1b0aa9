import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LedgerStore } from '../../src/modules/ledger/store/ledger-store.js';
import { migrateDatabase } from '../../src/platform/database/migrate.js';
import { newId } from '../../src/platform/ids/ids.js';
import { ledgerEntry } from '../support/ledger-entry.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { migrateAsBefore } from '../support/previous-release.js';

let database: TestDatabase;
/** Names without a schema lead to `public`, as for a process of the release before. */
let client: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase();
  client = await connect();
});
afterEach(async () => {
  await client?.end();
  await database?.drop();
});

async function connect(): Promise<pg.Client> {
  const opened = new pg.Client(database.url);
  await opened.connect();
  return opened;
}

const rowsOf = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
  (await client.query({ text, values, rowMode: 'array' })).rows;
const relationsIn = async (schema: string, kinds: string) =>
  (
    await rowsOf(
      `select relname from pg_class where relnamespace = to_regnamespace($1) and relkind = any ($2) order by 1`,
      [schema, kinds.split('')],
    )
  ).flat();

const ACCOUNT = '01890000-0000-7000-8000-000000000001';
const insertAccount = (table: string, id: string, email: string) =>
  client.query(
    `insert into ${table} (id, email, firstname, lastname, customer_id, subscription_id, status, plan, period_start, period_end,
       created_at)
     values ($1::uuid, $2, 'Ada', 'L', 'cus_' || $1::uuid, 'sub_' || $1::uuid, 'active', 'standard', now(), now(), now())`,
    [id, email],
  );

describe('a new database', () => {
  it('has all of it in one schema', async () => {
    await migrateDatabase(database.url);
    expect(await relationsIn('farebox', 'rp')).toEqual(
      expect.arrayContaining(['__drizzle_migrations', 'accounts', 'calls', 'schema_support']),
    );
    expect(await rowsOf(`select nspname from pg_namespace where nspname like 'farebox%'`)).toEqual([
      ['farebox'],
    ]);
    expect(await relationsIn('public', 'rpvSi')).toEqual([]);
  });

  it("leaves another program's tables of the same names alone", async () => {
    await client.query(`
      create table accounts (name text);
      insert into accounts values ('of the host');
      create table calls (at date) partition by range (at);
      create table tokens (name text);
      create table schema_support (oldest text);
      insert into schema_support values ('none');
      create schema farebox`);
    await migrateDatabase(database.url);
    expect((await migrateDatabase(database.url)).pending).toEqual([]);
    expect(await rowsOf('select * from accounts')).toEqual([['of the host']]);
    expect(await relationsIn('public', 'rpv')).toEqual(['accounts', 'calls', 'schema_support', 'tokens']);
    expect(await relationsIn('farebox', 'rp')).toEqual(expect.arrayContaining(['accounts', 'calls']));
  });
});

describe('a database of the release before', () => {
  beforeEach(async () => {
    await migrateAsBefore(client);
    await client.query(
      `create table calls_2026_01_01 partition of calls for values from ('2026-01-01') to ('2026-01-02')`,
    );
    await insertAccount('accounts', ACCOUNT, 'ada@example.com');
  });

  it('moves, and leaves views under the old names', async () => {
    const tables = await relationsIn('public', 'rp');
    const reader = `reader_${newId().replaceAll('-', '')}`;
    await client.query(`create role ${reader}; grant select on accounts to ${reader}`);
    await migrateDatabase(database.url);
    expect(await relationsIn('farebox', 'rp')).toEqual(expect.arrayContaining(tables));
    expect(await relationsIn('farebox', 'S')).toEqual(expect.arrayContaining(['meter_scopes_id_seq']));
    expect(await relationsIn('public', 'rpS')).toEqual([]);
    expect(await relationsIn('public', 'v')).toEqual(expect.arrayContaining(tables));
    expect(await rowsOf('select id, email from accounts')).toEqual([[ACCOUNT, 'ada@example.com']]);
    await client.query(`set role ${reader}`);
    for (const table of ['accounts', 'farebox.accounts'])
      expect(await rowsOf(`select count(*)::int from ${table}`)).toEqual([[1]]);
    await client.query(`reset role; drop owned by ${reader}; drop role ${reader}`);
  });

  it('is not empty to a process of that release that starts', async () => {
    const { pending } = await migrateDatabase(database.url);
    expect(pending[0]).toBe('0025_own_schema');
    await migrateAsBefore(client);
    expect(await relationsIn('public', 'rp')).toEqual([]);
    expect((await migrateDatabase(database.url)).pending).toEqual([]);
  });

  it('is not moved to another name, nor left for an empty schema of that name', async () => {
    const address = { connectionString: database.url, schema: 'other' };
    await expect(migrateDatabase(address)).rejects.toThrow(/earlier release.*without DATABASE_SCHEMA/s);
    await migrateDatabase(database.url);
    await migrateDatabase(address);
    expect(await rowsOf('select count(*)::int from other.accounts')).toEqual([[0]]);
    expect(await rowsOf('select count(*)::int from farebox.accounts')).toEqual([[1]]);
  });

  it('serves a process of that release that goes on: reads, locks, writes, deletes, conflicts', async () => {
    await client.query({
      name: 'upsert',
      text: `insert into ledger_parked (kind, id, reason, entry) values ('call', $1, $2, '') on conflict (kind, id)
        do update set reason = excluded.reason || ledger_parked.reason returning reason`,
      values: [ACCOUNT, 'a'],
    });
    await migrateDatabase(database.url);
    // Prepared when it was a table.
    const { rows } = await client.query({ name: 'upsert', text: '', values: [ACCOUNT, 'b'] });
    expect(rows).toEqual([{ reason: 'ba' }]);

    const id = newId();
    await insertAccount('accounts', id, 'bob@example.com');
    await expect(insertAccount('accounts', newId(), 'bob@example.com')).rejects.toThrow(
      'accounts_email_unique',
    );
    await client.query(`update accounts set plan = 'pro' where id = $1`, [id]);
    expect(await rowsOf('select plan from farebox.accounts where id = $1', [id])).toEqual([['pro']]);
    await client.query(
      `insert into meter_scopes (customer_id, meter, starts_at, scope) values ('c', 'm', now(), now())`,
    );

    await client.query(
      `insert into ledger_lines (reader, id, day, calls) select 'meters', gen_random_uuid(), '2026-01-01', '{}' from generate_series(1, 2)`,
    );
    const other = await connect();
    const take = `select ctid from ledger_lines where reader = 'meters' order by id limit 1 for update skip locked`;
    await client.query('begin');
    await other.query('begin');
    const [mine] = (await client.query<{ ctid: string }>(take)).rows;
    const [others] = (await other.query<{ ctid: string }>(take)).rows;
    expect(mine?.ctid).not.toBe(others?.ctid);
    await client.query('delete from ledger_lines where ctid = any ($1::tid[])', [[mine?.ctid]]);
    await client.query('commit');
    await other.query('rollback');
    await other.end();
    expect(await rowsOf('select count(*)::int from farebox.ledger_lines')).toEqual([[1]]);
  });

  it('keeps the ledger for both: partitions for 30 days, which that release finds and cannot make', async () => {
    await migrateDatabase(database.url);
    const there = async (days: number) => {
      const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      return (
        await rowsOf('select to_regclass($1) is not null', [`calls_${day.replaceAll('-', '_')}`])
      ).flat();
    };
    expect([await there(0), await there(30), await there(40)]).toEqual([[true], [true], [false]]);
    expect(await rowsOf(`select to_regclass('farebox.calls_2026_01_01') is not null`)).toEqual([[true]]);
    // Of the release that is there now, and of the one before, which does not name the schema.
    const store = new LedgerStore({ calls: ['meters'], exchanges: null });
    await store.insert(client, [ledgerEntry()]);
    const [columns] = await rowsOf(
      `select string_agg(column_name, ', ') from information_schema.columns where table_schema = 'farebox' and table_name = 'calls'
         and column_name <> 'id'`,
    );
    await client.query(
      `insert into calls (${columns}, id) select ${columns}, $1 from calls on conflict (day, id) do nothing`,
      [newId()],
    );
    expect(await rowsOf('select count(*)::int from farebox.calls')).toEqual([[2]]);
    await expect(
      client.query(
        `create table calls_9 partition of calls for values from ('2099-01-01') to ('2099-01-02')`,
      ),
    ).rejects.toThrow('"calls" is not a table');
    // A day that is dropped after LEDGER_RETENTION does not need the view.
    await client.query('drop table farebox.calls_2026_01_01');
  });

  it('is moved while calls are written, and does not hold them up behind a long read', async () => {
    const reader = await connect();
    await reader.query('begin; select from calls');
    const moved = migrateDatabase(database.url);
    await untilWaiting();
    // It gives up its place in the queue before this one's deadline.
    await client.query(
      `set statement_timeout = 10000; insert into call_keys values ('c', 'k', 'f', $$${ACCOUNT}$$, now(), null, null, null, now())`,
    );
    await client.query(
      `insert into meter_waiting values ('2026-01-01', $$${ACCOUNT}$$, 'c', 's', now(), now())`,
    );
    expect(await rowsOf(`select to_regclass('farebox.calls') is null`)).toEqual([[true]]);
    await reader.query('commit');
    await reader.end();
    await moved;
    expect(await rowsOf('select count(*)::int from farebox.meter_waiting')).toEqual([[1]]);
  });

  async function untilWaiting(): Promise<void> {
    for (;;) {
      const [row] = await rowsOf(
        `select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'farebox migrations'
           and wait_event_type in ('Lock', 'Timeout')`,
      );
      if ((row as [number])[0] > 0) return;
    }
  }
});

describe('a role with the name of the schema, which PostgreSQL looks into first', () => {
  it.each(['before', 'after'])('is moved where its schema was created %s its tables', async (when) => {
    await client.query(
      `alter database ${new URL(database.url).pathname.slice(1)} set search_path = "$user", public`,
    );
    await client.end();
    client = await connect();
    if (when === 'before') await client.query('create schema farebox');
    await migrateAsBefore(client);
    if (when === 'after') await client.query('create schema farebox');
    await insertAccount('accounts', ACCOUNT, 'ada@example.com');
    await migrateDatabase(database.url);
    await migrateAsBefore(client);
    for (const table of ['accounts', 'farebox.accounts'])
      expect(await rowsOf(`select id from ${table}`)).toEqual([[ACCOUNT]]);
    expect(await relationsIn('public', 'rp')).toEqual([]);
  });
});
