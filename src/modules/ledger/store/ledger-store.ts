import type pg from 'pg';
import { newId, dayOfId } from '../../../platform/ids/ids.js';
import { giveUpKey, isBilledUnder, storeAnswer } from './key-rows.js';
import type { LedgerCall, LedgerEntry } from './ledger-entry.js';
import { numberArray, textArray } from './array-literal.js';
import { createPartition } from './partitions.js';

/** The readers that get outbox lines: readers of calls by name, and the reader of the exchanges, if any. */
export interface LineReaders {
  calls: readonly string[];
  exchanges: string | null;
}

const COLUMNS: readonly { name: string; type: string; pack: (calls: readonly LedgerCall[]) => string }[] = [
  { name: 'day', type: 'date', pack: (calls) => numberArray(calls, ({ id }) => dayOfId(id)) },
  { name: 'id', type: 'uuid', pack: (calls) => numberArray(calls, ({ id }) => id) },
  { name: 'account_id', type: 'uuid', pack: (calls) => numberArray(calls, (call) => call.accountId) },
  { name: 'customer_id', type: 'text', pack: (calls) => textArray(calls, (call) => call.customerId) },
  { name: 'subscription_id', type: 'text', pack: (calls) => textArray(calls, (call) => call.subscriptionId) },
  { name: 'plan', type: 'text', pack: (calls) => textArray(calls, (call) => call.plan) },
  { name: 'company_id', type: 'text', pack: (calls) => textArray(calls, (call) => call.companyId) },
  { name: 'user_id', type: 'text', pack: (calls) => textArray(calls, (call) => call.userId) },
  { name: 'session_id', type: 'text', pack: (calls) => textArray(calls, (call) => call.sessionId) },
  { name: 'route', type: 'text', pack: (calls) => textArray(calls, (call) => call.route) },
  { name: 'verb', type: 'text', pack: (calls) => textArray(calls, (call) => call.verb) },
  { name: 'path', type: 'text', pack: (calls) => textArray(calls, (call) => call.path) },
  { name: 'status', type: 'smallint', pack: (calls) => numberArray(calls, (call) => call.status) },
  { name: 'started_at', type: 'bigint', pack: (calls) => numberArray(calls, (call) => call.startedAt) },
  { name: 'duration_us', type: 'bigint', pack: (calls) => numberArray(calls, (call) => call.durationUs) },
  { name: 'units', type: 'bigint', pack: (calls) => numberArray(calls, (call) => call.units) },
  { name: 'corrects', type: 'uuid', pack: (calls) => numberArray(calls, (call) => call.corrects ?? 'null') },
  // A line of an older spool has none.
  {
    name: 'headers',
    type: 'text',
    pack: (calls) => textArray(calls, (call) => (call.headers as string | undefined) ?? ''),
  },
];

const N = COLUMNS.length;
const names = COLUMNS.map(({ name }) => name).join(', ');

/**
 * One statement, so one round trip and one transaction: the calls, and for new ones an outbox line per reader. Writing it
 * again, whole or in part, changes nothing: that settles a commit whose outcome is unknown.
 */
const INSERT = `
  with input as (
    select * from unnest(${COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')}, string_to_array($${N + 1}::text, E'\\n'))
      as t (${names}, exchange)
  ), added as (
    insert into farebox.calls (${names})
    select ${names.replace('started_at', 'to_timestamp(started_at / 1000.0)')} from input
    on conflict (day, id) do nothing
    returning day, id
  ), lines as (
    insert into farebox.ledger_lines (reader, id, day, calls)
    select reader, $${N + 2}::uuid, added.day, array_agg(added.id)
    from added cross join unnest($${N + 3}::text[]) as reader
    group by reader, added.day
  ), exchange_lines as (
    insert into farebox.ledger_lines (reader, id, day, calls, exchanges)
    select $${N + 4}::text, $${N + 2}::uuid, added.day, array_agg(added.id), string_agg(input.exchange, E'\\n')
    from added join input on input.id = added.id
    where input.exchange <> '' and $${N + 4}::text is not null
    group by added.day
  )
  select count(*)::int as added from added`;

/** PostgreSQL's check_violation: also raised for a row that fits no partition. */
const NO_PARTITION = '23514';

/** Writes batches of entries on the caller's connections. It keeps only the days it has seen. */
export class LedgerStore {
  private readonly knownDays = new Set<string>();

  constructor(private readonly readers: LineReaders) {}

  /**
   * Writes the entries in one transaction; entries already stored are left as they are, and so are calls whose key
   * another call was billed under.
   * @throws {Error} pg's; with class 22 or 23 an entry cannot be stored as it is, and nothing of the batch is.
   */
  async insert(client: pg.ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
    try {
      await this.insertInto(client, entries);
    } catch (error) {
      if ((error as { code?: string }).code !== NO_PARTITION) throw error;
      // A day's partition was dropped after LEDGER_RETENTION, and this is a late call of that day.
      this.knownDays.clear();
      await this.insertInto(client, entries);
    }
  }

  private async insertInto(client: pg.ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
    await this.ensureDays(client, entries);
    if (!entries.some(touchesKey)) {
      await this.insertCalls(client, entries);
      return;
    }
    await client.query('begin');
    try {
      await this.insertWithin(client, entries);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** Same as `insert` in the caller's transaction. The partitions of their days must exist: see `ensureDay`. */
  async insertWithin(client: pg.ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
    const billed: LedgerEntry[] = [];
    for (const entry of entries) {
      if (entry.releasedKey !== null) await giveUpKey(client, entry.call, entry.releasedKey);
      if (await isBilled(client, entry)) billed.push(entry);
    }
    if (billed.length > 0) await this.insertCalls(client, billed);
  }

  /** Creates the partition of a call's day if needed, also when it was dropped after LEDGER_RETENTION. */
  async ensureDay(client: pg.ClientBase, callId: string): Promise<void> {
    await createPartition(client, dayOfId(callId));
  }

  private async insertCalls(client: pg.ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
    const calls = entries.map(({ call }) => call);
    await client.query({
      name: 'ledger_insert',
      text: INSERT,
      values: [
        ...COLUMNS.map(({ pack }) => pack(calls)),
        // One text, as it is read back: as an array, every quote of its JSON would be escaped. JSON has no line feed.
        this.readers.exchanges === null ? null : entries.map(({ exchange }) => exchange ?? '').join('\n'),
        newId(),
        this.readers.calls,
        this.readers.exchanges,
      ],
    });
  }

  /** For a call whose day has no partition yet: at midnight, after a long outage, with a clock that is off. */
  private async ensureDays(client: pg.ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
    let last = '';
    for (const { call } of entries) {
      const day = dayOfId(call.id);
      if (day === last) continue;
      last = day;
      if (this.knownDays.has(day)) continue;
      await createPartition(client, day);
      this.knownDays.add(day);
    }
  }
}

const touchesKey = ({ answer, releasedKey, heldKey }: LedgerEntry): boolean =>
  answer !== null || releasedKey !== null || heldKey !== undefined;

/** False when another call with the same request was billed under the key. */
async function isBilled(client: pg.ClientBase, { call, answer, heldKey }: LedgerEntry): Promise<boolean> {
  if (answer !== null) return storeAnswer(client, call, answer);
  return heldKey === undefined || isBilledUnder(client, call, heldKey);
}
