import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { projectRoot } from '../project/project.js';
import { StartRefusedError } from './start-refused.error.js';

export const migrationsFolder = join(projectRoot, 'migrations');
export const MIGRATIONS_SCHEMA = 'farebox_migrations';

interface Journal {
  entries: { tag: string; when: number }[];
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

/** @throws what the driver throws. */
export async function readSchemaState(client: Pick<pg.ClientBase, 'query'>): Promise<SchemaState> {
  const { entries } = readJournal();
  const [last = 0] = await numbers(client, `${MIGRATIONS_SCHEMA}.__drizzle_migrations`, 'max(created_at)');
  const [oldest = 0] = await numbers(client, 'schema_support', 'max(oldest)');
  return {
    pending: entries.filter(({ when }) => when > last).map(({ tag }) => tag),
    isNewer: last > (entries.at(-1)?.when ?? 0),
    isBeyond: oldest > entries.length,
  };
}

/** @throws {StartRefusedError} when this program must not work on it. */
export function assertSupported({ isBeyond }: SchemaState): void {
  if (isBeyond)
    throw new StartRefusedError(
      'The schema of the database belongs to a newer release, in which this one would do wrong. Run the newer release.',
    );
}

/** None where there is no such table yet. */
async function numbers(
  client: Pick<pg.ClientBase, 'query'>,
  table: string,
  expression: string,
): Promise<number[]> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    table,
  ]);
  if (!rows[0]?.there) return [];
  const found = await client.query<{ value: string | null }>(`select ${expression} as value from ${table}`);
  return found.rows.flatMap(({ value }) => (value === null ? [] : [Number(value)]));
}

function readJournal(): Journal {
  return JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')) as Journal;
}
