import { COUNTING_LOCK } from '../../subscriptions/index.js';
import type pg from 'pg';
import type { CountedMeter } from '../directory/meter-directory.js';
import { addCalls } from './count-calls.js';
import { updateUsage } from './meter-totals.js';
import { takeCalls } from './pass-calls.js';

/** Lines, and approximately calls, that are counted in one transaction. */
const LIMIT = { lines: 20_000, calls: 500_000 };
/** A pass of fewer calls has left none: each line holds one at least. */
export const FULL_PASS = LIMIT.lines;
/**
 * A pass groups and joins all its calls at once, in memory and by hashes: sorting them, comparing each with each, or
 * grouping on disk takes several times as long. A sample of a few thousand calls is representative, and compiling does
 * not pay off for a statement of a second.
 */
const PLANNING = `
  set local work_mem = '64MB';
  set local enable_sort = off;
  set local enable_nestloop = off;
  set local jit = off;
  set local default_statistics_target = 10;`;

/**
 * Counts the ledger's backlog once: takes lines, adds their calls to the meters and deletes the lines, in one
 * transaction. The cost depends on new calls only. One pass runs at a time in the cluster, so that no two wait for each
 * other's rows.
 * @param others what to do when another process holds the lock: `wait` for it, or `leave` the work to it.
 * @returns the number of calls taken; 0 when there were none, or another process does the work.
 */
export async function countPass(
  client: pg.ClientBase,
  meters: readonly CountedMeter[],
  others: 'wait' | 'leave',
): Promise<number> {
  await client.query('begin');
  try {
    await client.query(PLANNING);
    const calls = (await tryLock(client, others)) ? await takeCalls(client, meters, LIMIT) : 0;
    if (calls > 0) {
      await addCalls(client, meters);
      // The meters' tables grow: there each row is found by its key.
      await client.query('set local enable_nestloop to default');
      await updateUsage(client, meters);
    }
    await client.query('commit');
    return calls;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function tryLock(client: pg.ClientBase, others: 'wait' | 'leave'): Promise<boolean> {
  if (others === 'wait') {
    await client.query(`select pg_advisory_xact_lock(${COUNTING_LOCK})`);
    return true;
  }
  const { rows } = await client.query<{ mine: boolean }>(
    `select pg_try_advisory_xact_lock(${COUNTING_LOCK}) as mine`,
  );
  return rows[0]?.mine === true;
}
