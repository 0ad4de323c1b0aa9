import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { dayOfId, newId } from '../../../platform/ids/ids.js';
import { EXCHANGE_READER, METER_READER } from './ledger-lines.js';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { isPoisoned } from '../store/ledger-errors.js';
import { LedgerStore } from '../store/ledger-store.js';

const QUERY_DEADLINE_MS = 30_000;
/** Reason for a parked entry that cannot even be tried. */
const UNREADABLE = 'unreadable';
const NO_READER = 'no_analytics';

/** Which part was refused: the `call` by PostgreSQL, or the `exchange` by the analytics provider. */
export type ParkedKind = 'call' | 'exchange';

/** A call or exchange that was refused because of its content; the content itself is left out. */
export interface Parked {
  kind: ParkedKind;
  /** Of the call. */
  id: string;
  /** The SQLSTATE of the refusal, or the provider's status. */
  reason: string;
  /** UTC. */
  parkedAt: Date;
}

/** The result of a release. */
export type Release = Pick<Parked, 'kind' | 'id'> &
  ({ released: true } | { released: false; reason: string });

/**
 * Operator actions for calls and exchanges that were refused because of their content. Separate from the application: it
 * knows the names of the readers, as it writes lines for them.
 */
@Injectable()
export class ParkedReleases {
  private readonly store: LedgerStore;
  private readonly exchanges: string | null;

  constructor(
    private readonly database: Database,
    settings: Settings,
  ) {
    // Without analytics there is no reader for an exchange's line.
    this.exchanges = settings.get('MOESIF_APPLICATION_ID') === undefined ? null : EXCHANGE_READER;
    this.store = new LedgerStore({ calls: [METER_READER], exchanges: this.exchanges });
  }

  /** Oldest first. */
  async list(limit: number): Promise<Parked[]> {
    return this.database.run(
      async () =>
        (
          await this.database.pool.query<Parked>(
            `select kind, id, reason, parked_at as "parkedAt" from farebox.ledger_parked order by parked_at, id, kind limit $1`,
            [limit],
          )
        ).rows,
    );
  }

  /**
   * Writes calls into the ledger again, and passes exchanges to their reader again: each in one transaction with its
   * removal from the parked entries, so that it is in exactly one of the two. If refused again, an entry stays parked
   * with the new reason.
   * @param ids of calls; both parts of one, when both are parked. `all`: everything.
   */
  async release(ids: readonly string[] | 'all'): Promise<Release[]> {
    const client = await this.database.connect('parked', QUERY_DEADLINE_MS);
    try {
      const { rows } = await client.query<Pick<Parked, 'kind' | 'id'>>(
        `select kind, id from farebox.ledger_parked where $1::uuid[] is null or id = any($1) order by parked_at, id, kind`,
        [ids === 'all' ? null : ids],
      );
      const releases: Release[] = [];
      for (const one of rows) {
        const release = await this.releaseOne(client, one);
        if (release) releases.push(release);
      }
      return releases;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Deletes an exchange. @returns whether it existed. */
  async discardExchange(id: string): Promise<boolean> {
    const { rowCount } = await this.database.run(() =>
      this.database.pool.query(`delete from farebox.ledger_parked where kind = 'exchange' and id = $1`, [id]),
    );
    return (rowCount ?? 0) > 0;
  }

  async isParkedCall(id: string): Promise<boolean> {
    const { rowCount } = await this.database.run(() =>
      this.database.pool.query(`select 1 from farebox.ledger_parked where kind = 'call' and id = $1`, [id]),
    );
    return (rowCount ?? 0) > 0;
  }

  /** @returns `undefined` when another process has just released it. */
  private async releaseOne(
    client: pg.ClientBase,
    { kind, id }: Pick<Parked, 'kind' | 'id'>,
  ): Promise<Release | undefined> {
    // Not in the transaction: it would hold a lock on the ledger that others wait for.
    if (kind === 'call') await this.store.ensureDay(client, id);
    await client.query('begin');
    try {
      const { rows } = await client.query<{ entry: string }>(
        'delete from farebox.ledger_parked where kind = $1 and id = $2 returning entry',
        [kind, id],
      );
      const [row] = rows;
      const reason = row && (await this.write(client, kind, id, row.entry));
      if (reason !== undefined) {
        await client.query('rollback');
        return await this.keep(client, kind, id, reason);
      }
      await client.query('commit');
      return row && { kind, id, released: true };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (!isPoisoned(error)) throw error;
      return this.keep(client, kind, id, (error as { code: string }).code);
    }
  }

  /** @returns the reason why it cannot be tried. */
  private async write(
    client: pg.ClientBase,
    kind: ParkedKind,
    id: string,
    text: string,
  ): Promise<string | undefined> {
    if (kind === 'exchange') {
      if (this.exchanges === null) return NO_READER;
      await client.query(
        'insert into farebox.ledger_lines (reader, id, day, calls, exchanges) values ($1, $2, $3, $4, $5)',
        [this.exchanges, newId(), dayOfId(id), [id], text],
      );
      return undefined;
    }
    const entry = readEntry(text, id);
    if (!entry) return UNREADABLE;
    await this.store.insertWithin(client, [entry]);
    return undefined;
  }

  private async keep(client: pg.ClientBase, kind: ParkedKind, id: string, reason: string): Promise<Release> {
    await client.query('update farebox.ledger_parked set reason = $3 where kind = $1 and id = $2', [
      kind,
      id,
      reason,
    ]);
    return { kind, id, released: false, reason };
  }
}

function readEntry(text: string, id: string): LedgerEntry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<LedgerEntry> | null;
    if (entry?.call?.id !== id) return undefined;
    const { call, exchange = null, answer = null, releasedKey = null } = entry;
    return { call, exchange, answer, releasedKey };
  } catch {
    return undefined;
  }
}
