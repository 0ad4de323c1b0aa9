import type pg from 'pg';

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 7;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const nameOf = (day: string): string => `farebox.calls_${day.replaceAll('-', '_')}`;

/** Creates the partition of a UTC day unless it exists. Two processes may do so at once. */
export async function createPartition(client: pg.ClientBase, day: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('${nameOf(day)}') is not null as there`,
  );
  if (rows[0]?.there) return;
  const next = dayOf(Date.parse(day) + DAY_MS);
  try {
    await client.query(
      `create table if not exists ${nameOf(day)} partition of farebox.calls for values from ('${day}') to ('${next}')`,
    );
  } catch (error) {
    // Another process was faster: its name or its row type exists (42P07, 23505).
    if (!['42P07', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}

/** Creates the partitions of today and the days ahead, so that the next one exists at midnight. */
export async function createPartitionsAhead(client: pg.ClientBase, now: number): Promise<void> {
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++)
    await createPartition(client, dayOf(now + ahead * DAY_MS));
}

/**
 * Drops the partitions of days that ended before `before` and that every reader is done with.
 * @returns the days that were dropped, and those that a reader still needs.
 */
export async function dropPartitions(
  client: pg.ClientBase,
  before: number,
): Promise<{ dropped: string[]; needed: string[] }> {
  const { rows } = await client.query<{ name: string }>(
    `select child.relname as name from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = 'farebox.calls'::regclass order by name`,
  );
  const old = rows
    .map(({ name }) => name.slice('calls_'.length).replaceAll('_', '-'))
    .filter((day) => Date.parse(day) + DAY_MS <= before);
  const dropped: string[] = [];
  const needed: string[] = [];
  for (const day of old) {
    const { rowCount } = await client.query(
      `select 1 where exists (select 1 from farebox.ledger_lines where day = $1)
         or exists (select 1 from farebox.meter_waiting where day = $1)`,
      [day],
    );
    if (rowCount) {
      needed.push(day);
      continue;
    }
    await client.query(`drop table if exists ${nameOf(day)}`);
    dropped.push(day);
  }
  return { dropped, needed };
}
