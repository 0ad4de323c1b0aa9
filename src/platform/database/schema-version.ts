import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { projectRoot } from '../project/project.js';
import { StartRefusedError } from './start-refused.error.js';

export const migrationsFolder = join(projectRoot, 'migrations');

/** In the schema of our tables, and where it was before they had one, with the table of `schema.tables.ts`. */
const JOURNALS = {
  own: { name: 'farebox.__drizzle_migrations', support: 'farebox.schema_support', isEarlier: false },
  earlier: { name: 'farebox_migrations.__drizzle_migrations', support: 'schema_support', isEarlier: true },
} as const;

/** Which migrations have run, and where that is written down. */
export interface Journal {
  table: (typeof JOURNALS)[keyof typeof JOURNALS];
  /** The time of the latest one that has run; 0 when none has. */
  last: number;
}

/** Whether this program can work on a schema. */
export interface SchemaState {
  /** Migrations of this program that have not run, by their names. */
  pending: string[];
  /** Whether a newer program has migrated it further. */
  isNewer: boolean;
  /** Whether it has been migrated so far that this program must not work on it. */
  isBeyond: boolean;
}

type Client = Pick<pg.ClientBase, 'query'>;

/** @throws what the driver throws. */
export async function readSchemaState(client: Client): Promise<SchemaState> {
  return (await readSchema(client)).state;
}

/** @throws what the driver throws. */
export async function readSchema(client: Client): Promise<{ state: SchemaState; journal: Journal }> {
  const entries = readEntries();
  const isEarlier =
    !(await isThere(client, JOURNALS.own.name)) && (await isThere(client, JOURNALS.earlier.name, 'table'));
  const table = isEarlier ? JOURNALS.earlier : JOURNALS.own;
  const last = await numberOf(client, table.name, 'max(created_at)');
  const oldest = last === 0 ? 0 : await numberOf(client, table.support, 'max(oldest)');
  return {
    state: {
      pending: entries.filter(({ when }) => when > last).map(({ tag }) => tag),
      isNewer: last > (entries.at(-1)?.when ?? 0),
      isBeyond: oldest > entries.length,
    },
    journal: { table, last },
  };
}

/** @throws {StartRefusedError} when this program must not work on it. */
export function assertSupported({ isBeyond }: SchemaState): void {
  if (isBeyond)
    throw new StartRefusedError(
      'The schema of the database belongs to a newer release, in which this one would do wrong. Run the newer release.',
    );
}

/** A view of the earlier journal is left where it has moved. */
async function isThere(client: Client, name: string, kind?: 'table'): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from pg_class where oid = to_regclass('${name}') ${kind ? `and relkind = 'r'` : ''}`,
  );
  return rowCount === 1;
}

/** 0 where there is no such table yet. */
async function numberOf(client: Client, table: string, expression: string): Promise<number> {
  if (!(await isThere(client, table))) return 0;
  const { rows } = await client.query<{ value: string | null }>(
    `select ${expression} as value from ${table}`,
  );
  return Number(rows[0]?.value ?? 0);
}

function readEntries(): { tag: string; when: number }[] {
  const journal = readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8');
  return (JSON.parse(journal) as { entries: { tag: string; when: number }[] }).entries;
}
