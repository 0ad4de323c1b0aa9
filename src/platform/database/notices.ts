import type { Sql } from './sql.js';

/** A notification that a transaction sends by NOTIFY. */
export interface Notice {
  channel: string;
  payload: string;
}

/** The notices of running transactions, by their sessions. */
const noticesOf = new WeakMap<object, Notice[]>();

/** Outside of a transaction nothing is kept: only PostgreSQL knows then when it took effect. */
export function keepNotice(tx: Sql, notice: Notice): void {
  noticesOf.get(tx._.session)?.push(notice);
}

/** Starts to collect the notices of `tx`. */
export function collectNotices(tx: Sql): Notice[] {
  const notices: Notice[] = [];
  noticesOf.set(tx._.session, notices);
  return notices;
}
