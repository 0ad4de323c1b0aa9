import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../platform/database/database.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { newId } from '../../../platform/ids/ids.js';
import { Log } from '../../../platform/logging/logger.js';
import { ledgerEntry } from '../../../../test/support/ledger-entry.js';
import { createMeteringWorld, type MeteringWorld } from '../../../../test/support/metering-world.js';
import type { KeyedAnswer, LedgerCall, LedgerEntry } from '../store/ledger-entry.js';
import { ParkedReleases } from './parked-releases.js';
import { parkCall, parkExchange } from '../store/parked.js';

const SETTINGS = {
  STRIPE_KEY: 'sk_test_of_the_tests',
  TOKEN_SECRET: 'a-secret-of-the-tests-0123456789-abcdefghij',
};

let world: MeteringWorld;
let database: Database;
let releases: ParkedReleases;

beforeAll(async () => {
  world = await createMeteringWorld();
  database = new Database(Log.create('silent'));
  database.open({ connectionString: world.databaseUrl, poolSize: 4 });
  releases = new ParkedReleases(
    database,
    parseSettings({ ...SETTINGS, MOESIF_APPLICATION_ID: 'm'.repeat(60) }),
  );
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});
beforeEach(() =>
  world.client.query(
    'truncate farebox.calls, farebox.ledger_lines, farebox.ledger_parked, farebox.call_keys',
  ),
);

const entry = (call: Partial<LedgerCall> = {}, rest: Partial<LedgerEntry> = {}): LedgerEntry =>
  ledgerEntry(call, { exchange: '{"exchange":1}', ...rest });
const park = async (...entries: LedgerEntry[]): Promise<string[]> => {
  for (const one of entries) await parkCall(world.client, one, { code: '22021' });
  return entries.map(({ call }) => call.id);
};
const calls = async () =>
  (await world.client.query('select id from farebox.calls order by id')).rows.map(({ id }) => id);
const lines = async () =>
  (await world.client.query('select reader, calls, exchanges from farebox.ledger_lines order by reader desc'))
    .rows;
const reasons = async () => (await releases.list(100)).map(({ kind, id, reason }) => [kind, id, reason]);

describe('what is parked', () => {
  it('is listed with its reason, oldest first, and with nothing of what is in it', async () => {
    const [id = ''] = await park(entry({ path: '/secret' }));
    await parkExchange(world.client, newId(), '400', '{"body":"secret"}');
    const listed = await releases.list(100);
    expect(listed).toEqual([
      { kind: 'call', id, reason: '22021', parkedAt: expect.any(Date) },
      { kind: 'exchange', id: expect.any(String), reason: '400', parkedAt: expect.any(Date) },
    ]);
    expect(JSON.stringify(listed)).not.toContain('secret');
    expect(await releases.list(1)).toHaveLength(1);
  });
});

describe('a call that is released', () => {
  it('is in the ledger with its lines, and parked no more; a second time does nothing', async () => {
    const [id = ''] = await park(entry());
    expect(await releases.release([id])).toEqual([{ kind: 'call', id, released: true }]);
    expect(await calls()).toEqual([id]);
    expect(await lines()).toEqual([
      { reader: 'meters', calls: [id], exchanges: null },
      { reader: 'analytics', calls: [id], exchanges: '{"exchange":1}' },
    ]);
    expect(await reasons()).toEqual([]);
    expect(await releases.release([id])).toEqual([]);
    expect(await releases.release('all')).toEqual([]);
    expect(await lines()).toHaveLength(2);
  });

  it('by two at once is released by one', async () => {
    const ids = await park(...Array.from({ length: 20 }, () => entry()));
    const both = await Promise.all([releases.release('all'), releases.release('all')]);
    expect(
      both
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids.sort());
    expect((await lines()).filter(({ reader }) => reader === 'meters')).toHaveLength(20);
  });

  it('of a day whose partition is gone has it there again', async () => {
    const [id = ''] = await park(entry({ id: '018d0000-0000-7000-8000-000000000001' }));
    expect(await releases.release('all')).toMatchObject([{ released: true }]);
    expect(await calls()).toEqual([id]);
  });

  it('stays, with the reason of now, when it is refused still, and holds up no other', async () => {
    const poisoned = entry({ path: 'a\u0000b' });
    const tooLarge = entry({ status: 99_999 });
    const [nul, large, fine] = await park(poisoned, tooLarge, entry());
    expect(await releases.release('all')).toEqual([
      { kind: 'call', id: nul, released: false, reason: '22021' },
      { kind: 'call', id: large, released: false, reason: '22003' },
      { kind: 'call', id: fine, released: true },
    ]);
    expect(await reasons()).toEqual([
      ['call', nul, '22021'],
      ['call', large, '22003'],
    ]);
    expect(await calls()).toEqual([fine]);
  });

  it('is billed as its key says: not when another call was, under the same key and request', async () => {
    const answer: KeyedAnswer = {
      key: 'k',
      fingerprint: 'f',
      status: 200,
      headers: {},
      body: '',
      expiresAt: Date.now() + 86_400_000,
    };
    await park(
      entry({}, { answer }),
      entry({}, { answer }),
      entry({}, { answer: { ...answer, key: 'other' } }),
    );
    expect((await releases.release('all')).every(({ released }) => released)).toBe(true);
    expect(await calls()).toHaveLength(2);
    expect(await reasons()).toEqual([]);
  });

  it('that is no entry of the ledger stays', async () => {
    const id = newId();
    const keep = (text: string) =>
      world.client.query(
        `insert into farebox.ledger_parked (kind, id, reason, entry) values ('call', $1, '22021', $2)
         on conflict (kind, id) do update set entry = excluded.entry`,
        [id, text],
      );
    for (const text of ['', 'null', '{"call":{"id":"other"}}']) {
      await keep(text);
      expect(await releases.release([id])).toEqual([
        { kind: 'call', id, released: false, reason: 'unreadable' },
      ]);
    }
    expect(await calls()).toEqual([]);
  });
});

describe('an exchange', () => {
  it('that is released is for its reader again, and the call is not', async () => {
    const id = newId();
    await parkExchange(world.client, id, '400', '{"exchange":2}');
    expect(await releases.release([id])).toEqual([{ kind: 'exchange', id, released: true }]);
    expect(await lines()).toEqual([{ reader: 'analytics', calls: [id], exchanges: '{"exchange":2}' }]);
    expect([await reasons(), await calls()]).toEqual([[], []]);
  });

  it('stays where there is no analytics to take it', async () => {
    const alone = new ParkedReleases(database, parseSettings(SETTINGS));
    const id = newId();
    await parkExchange(world.client, id, '400', '{}');
    expect(await alone.release('all')).toEqual([
      { kind: 'exchange', id, released: false, reason: 'no_analytics' },
    ]);
    expect([await reasons(), await lines()]).toEqual([[['exchange', id, 'no_analytics']], []]);
  });

  it('is discarded alone: the call of that id stays parked', async () => {
    const [id = ''] = await park(entry());
    await parkExchange(world.client, id, '400', '{}');
    expect([await releases.discardExchange(id), await releases.discardExchange(id)]).toEqual([true, false]);
    expect(await releases.isParkedCall(id)).toBe(true);
    expect(await reasons()).toEqual([['call', id, '22021']]);
  });
});
