import type { Sql } from './sql.js';

type Step = (sql: Sql) => Promise<unknown>;

/** The last steps of the transactions that run, by their sessions: a savepoint has that of its transaction. */
const stepsOf = new WeakMap<object, Map<string, Step>>();

/**
 * Runs `step` as the last thing that the transaction of `sql` does, once for each `key`; outside of a transaction, at
 * once. It is for rows that everybody writes, such as the line that wakes a job. Written on the way, such a row stays
 * locked for as long as the rest takes, asking Stripe included, and in an order of its own with other locks, so that two
 * transactions come to wait for each other. Last, and in the order of their keys, they are locked for a moment and never so.
 * A step that a savepoint asked for runs also when that was undone.
 */
export async function beforeCommit(sql: Sql, key: string, step: Step): Promise<void> {
  const steps = stepsOf.get(sql._.session);
  if (steps) steps.set(key, step);
  else await step(sql);
}

/** Does the work of a transaction, and then its last steps. */
export async function withLastSteps<T>(sql: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  const steps = new Map<string, Step>();
  stepsOf.set(sql._.session, steps);
  const result = await work(sql);
  // From here on each is done where it is asked for.
  stepsOf.delete(sql._.session);
  for (const [, step] of [...steps].toSorted(([one], [other]) => (one < other ? -1 : 1))) await step(sql);
  return result;
}
