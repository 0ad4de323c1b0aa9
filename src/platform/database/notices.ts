import type { Sql } from './sql.js';

/** A notification that a transaction sends by NOTIFY. */
export interface Notice {
  channel: string;
  payload: string;
}

/** The notices of running transactions, by their sessions. */
const noticesOf = new WeakMap<object, Notice[]>();

/** Outside of a transaction nothing is kept: only PostgreSQL knows then when it took effect. */
export function keepNotice(sql: Sql, notice: Notice): void {
  noticesOf.get(sql._.session)?.push(notice);
}

/** Starts to collect the notices of `sql`. */
export function collectNotices(sql: Sql): Notice[] {
  const notices: Notice[] = [];
  noticesOf.set(sql._.session, notices);
  return notices;
}
