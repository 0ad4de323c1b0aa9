import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateDatabase } from '../../../platform/database/migrate.js';
import { dayOfId } from '../../../platform/ids/ids.js';
import { ledgerEntry as entry } from '../../../../test/support/ledger-entry.js';
import { createTestDatabase, type TestDatabase, withTables } from '../../../../test/support/postgres.js';
import { until } from '../../../../test/support/processes.js';
import { takeLines } from '../lines/ledger-lines.js';
import { LedgerStore } from './ledger-store.js';
import { createPartitionsAhead, dropPartitions } from './partitions.js';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateDatabase(database.url);
  client = await connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});
beforeEach(() =>
  client.query('truncate farebox.calls, farebox.ledger_lines, farebox.ledger_parked, farebox.call_keys'),
);

async function connect(): Promise<pg.Client> {
  const connection = new pg.Client(withTables(database.url));
  await connection.connect();
  return connection;
}

const count = async (table: string): Promise<number> =>
  Number((await client.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n);
const store = new LedgerStore({ calls: ['meters'], exchanges: 'analytics' });

describe('a batch', () => {
  it('writes calls as they are, with any text, and a line per reader', async () => {
    const odd = entry({
      path: '/quote"back\\slash,{brace} \u{1f375} null',
      userId: 'null',
      startedAt: 1_795_000_000_999,
    });
    await store.insert(client, [odd, entry({}, { exchange: '{"a":"b"}' })]);
    const { rows } = await client.query('select * from farebox.calls where id = $1', [odd.call.id]);
    expect(rows[0]).toMatchObject({
      path: odd.call.path,
      user_id: 'null',
      started_at: new Date(1_795_000_000_999),
      duration_us: '812',
      corrects: null,
    });
    const lines = await client.query(
      'select reader, cardinality(calls) as n, exchanges from farebox.ledger_lines order by reader',
    );
    expect(lines.rows).toEqual([
      { reader: 'analytics', n: 1, exchanges: '{"a":"b"}' },
      { reader: 'meters', n: 2, exchanges: null },
    ]);
  });

  it('written again, whole, in part or with others, adds only what is new, to calls and lines alike', async () => {
    const [a, b, c] = [
      entry({}, { exchange: '1' }),
      entry({}, { exchange: '2' }),
      entry({}, { exchange: '3' }),
    ];
    await store.insert(client, [a, b]);
    await store.insert(client, [a, b]);
    await store.insert(client, [b, c]);
    expect(await count('calls')).toBe(3);
    const { rows } = await client.query(
      `select reader, array_agg(id order by id) as ids from (select reader, unnest(calls) as id from farebox.ledger_lines) t group by reader`,
    );
    const all = [a, b, c].map(({ call }) => call.id).toSorted();
    for (const { ids } of rows) expect(ids).toEqual(all);
    const texts = await client.query(
      `select string_agg(exchanges, ',' order by id) as t from farebox.ledger_lines where reader = 'analytics'`,
    );
    expect(texts.rows[0]).toEqual({ t: '1\n2,3' });
  });

  it('over midnight goes to two partitions and two lines', async () => {
    const early = entry({ id: '019b0000-0000-7000-8000-000000000001' });
    const late = entry({ id: '019b1000-0000-7000-8000-000000000001' });
    expect(dayOfId(early.call.id)).not.toBe(dayOfId(late.call.id));
    await new LedgerStore({ calls: ['meters'], exchanges: null }).insert(client, [early, late]);
    const { rows } = await client.query(
      'select day::text as day, calls from farebox.ledger_lines order by day',
    );
    expect(rows).toEqual([early, late].map(({ call }) => ({ day: dayOfId(call.id), calls: [call.id] })));
  });

  it('two processes that make the same partition at once both succeed', async () => {
    const others = await Promise.all([connect(), connect(), connect()]);
    const id = (n: number): string => `019c0000-0000-7000-8000-00000000000${n}`;
    await Promise.all(
      others.map((other, index) =>
        new LedgerStore({ calls: [], exchanges: null }).insert(other, [entry({ id: id(index) })]),
      ),
    );
    expect(await count('calls')).toBe(3);
    for (const other of others) await other.end();
  });

  it('with a NUL in it is refused whole, with a code that says so', async () => {
    await expect(store.insert(client, [entry(), entry({ userId: 'a\0b' })])).rejects.toMatchObject({
      code: '22021',
    });
    expect(await count('calls')).toBe(0);
  });
});

describe('a key', () => {
  const answer = {
    key: 'k',
    fingerprint: 'f',
    status: 200,
    headers: {},
    body: '',
    expiresAt: Date.now() + 86_400_000,
  };

  it('bills one of two calls that were spooled under it', async () => {
    await store.insert(client, [entry({}, { answer }), entry({}, { answer })]);
    expect([await count('calls'), await count('call_keys')]).toEqual([1, 1]);
  });

  it('bills the same call once when its commit is repeated', async () => {
    const once = entry({}, { answer });
    await store.insert(client, [once]);
    await store.insert(client, [once]);
    expect([await count('calls'), await count('ledger_lines')]).toEqual([1, 1]);
  });

  it('under which another request was served is billed as well: it was another call', async () => {
    await store.insert(client, [entry({}, { answer })]);
    await store.insert(client, [entry({}, { answer: { ...answer, fingerprint: 'g' } })]);
    expect(await count('calls')).toBe(2);
  });

  it('bills late units of the call that was billed under it, and not of another', async () => {
    const [billed, other] = [entry({}, { answer }), entry({}, { answer })];
    await store.insert(client, [billed]);
    await store.insert(client, [other]);
    const late = (of: typeof billed) =>
      entry({ units: 5, corrects: of.call.id }, { heldKey: { key: 'k', fingerprint: 'f' } });
    await store.insert(client, [late(billed), late(other)]);
    const { rows } = await client.query('select corrects from farebox.calls where corrects is not null');
    expect(rows).toEqual([{ corrects: billed.call.id }]);
  });

  it('is stored with the call or not at all', async () => {
    await expect(store.insert(client, [entry({ userId: '\0' }, { answer })])).rejects.toThrow();
    expect(await count('call_keys')).toBe(0);
  });
});

describe('lines', () => {
  const limit = { lines: 10, calls: 500, bytes: 1_000_000 };
  const all = async (): Promise<void> => undefined;

  it('are taken by one of two readers, and come back when it fails', async () => {
    const other = await connect();
    await store.insert(client, [entry()]);
    await takeLines(client, 'meters', limit, async () => {
      expect(await takeLines(other, 'meters', limit, all)).toBe('nothing');
    });
    expect(await count('ledger_lines')).toBe(0);
    await store.insert(client, [entry()]);
    await expect(takeLines(client, 'meters', limit, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await takeLines(other, 'meters', limit, all)).toBe('all');
    await other.end();
  });

  it('go as many at once as fit, whole ones, the oldest first, and one at least', async () => {
    const exchange = 'x'.repeat(1_000);
    for (const calls of [2, 1, 3, 1]) {
      await store.insert(
        client,
        Array.from({ length: calls }, () => entry({}, { exchange })),
      );
      // Lines are ordered by the millisecond they were made in.
      const inserted = Date.now();
      await until(async () => Date.now() > inserted);
    }
    const taken: number[][] = [];
    const take = (some: Partial<typeof limit>): Promise<string> =>
      takeLines(client, 'analytics', { ...limit, ...some }, async (lines) => {
        taken.push(
          lines.map(({ calls, exchanges }) =>
            exchanges?.length === calls.length * 1_001 - 1 ? calls.length : -1,
          ),
        );
      });
    expect(await take({ calls: 1 })).toBe('part');
    expect(await take({ bytes: 3_500 })).toBe('part');
    expect(await take({ lines: 1 })).toBe('part');
    expect(await take({})).toBe('all');
    expect(await take({})).toBe('nothing');
    expect(taken).toEqual([[2], [1], [3], [1]]);
  });
});

describe('partitions', () => {
  it('are made ahead, and dropped after their time unless a reader still needs them', async () => {
    const now = Date.parse('2030-06-15T12:00:00Z');
    await createPartitionsAhead(client, now);
    const idOf = (ms: number): string => {
      const hex = ms.toString(16).padStart(12, '0');
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
    };
    await store.insert(client, [entry({ id: idOf(now) })]);
    const later = now + 30 * 86_400_000;
    expect((await dropPartitions(client, later)).needed).toEqual(['2030-06-15']);
    await client.query('truncate ledger_lines');
    const { dropped, needed } = await dropPartitions(client, later);
    expect(dropped).toEqual(['2030-06-15']);
    expect(needed).toEqual([]);
    // A call of that day comes late, out of a spool, to a process that has seen the partition.
    await store.insert(client, [entry({ id: idOf(now + 1) })]);
    expect(await count('calls')).toBe(1);
  });
});
