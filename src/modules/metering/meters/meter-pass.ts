import type pg from 'pg';
import type { CountedMeter } from './counted-meter.js';
import { READER } from './meter-reader-name.js';
import { addCalls } from './count-calls.js';
import { updateUsage } from './meter-totals.js';

/** As many lines, and about as many calls, are counted in one transaction. */
const MAX_LINES = 20_000;
const MAX_CALLS = 200_000;
/** A pass groups all its calls at once: on disk that would take several times as long. */
const WORK_MEMORY = '64MB';

interface Line {
  id: string;
  day: string;
  calls: number;
}

/**
 * Counts what waits in the ledger, once: takes lines, adds their calls to the meters and deletes the lines, in one
 * transaction. It costs what is new and not what is old. One pass runs at a time in the cluster, so that no two wait for
 * each other's rows.
 * @param others what to do when another process is at it: `wait` for it, or `leave` it to it.
 * @returns how many calls it took; 0 when there was nothing, or it was left to another.
 */
export async function countPass(
  client: pg.ClientBase,
  meters: readonly CountedMeter[],
  others: 'wait' | 'leave',
): Promise<number> {
  await client.query('begin');
  try {
    await client.query(`set local work_mem = '${WORK_MEMORY}'`);
    const lines = (await takeTurn(client, others)) ? await lockLines(client) : [];
    if (lines.length > 0) {
      await addCalls(client, lines, meters);
      await updateUsage(client, meters);
      await client.query(
        `delete from ledger_lines
         where reader = '${READER}' and (id, day) in (select * from unnest($1::uuid[], $2::date[]))`,
        [lines.map(({ id }) => id), lines.map(({ day }) => day)],
      );
    }
    await client.query('commit');
    return lines.reduce((sum, { calls }) => sum + calls, 0);
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function takeTurn(client: pg.ClientBase, others: 'wait' | 'leave'): Promise<boolean> {
  const lock = `(hashtext('farebox meters'), 0)`;
  if (others === 'wait') {
    await client.query(`select pg_advisory_xact_lock${lock}`);
    return true;
  }
  const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_xact_lock${lock} as mine`);
  return rows[0]?.mine === true;
}

/** The oldest lines, as many as make a good pass. */
async function lockLines(client: pg.ClientBase): Promise<Line[]> {
  const { rows } = await client.query<Line>(
    `select id::text as id, day::text as day, cardinality(calls) as calls
     from ledger_lines where reader = '${READER}' order by ledger_lines.id limit ${MAX_LINES} for update skip locked`,
  );
  let calls = 0;
  const end = rows.findIndex((line) => (calls += line.calls) > MAX_CALLS);
  // A line by itself may be larger than a pass.
  return end < 0 ? rows : rows.slice(0, Math.max(end, 1));
}
