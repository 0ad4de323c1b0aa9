/** A call as its customer sees it in the call log. Corrections of units are rows of their own. */
export interface CallRecord {
  /** The id of the request (UUIDv7): sorts by the time the call began. */
  id: string;
  customerId: string;
  /** When the request arrived, UTC. */
  startedAt: Date;
  verb: string;
  /** The route's pattern, `/items/:id`. */
  route: string;
  /** The requested path, without its query; credentials and emails in it are masked. */
  path: string;
  status: number;
  durationUs: number;
  /** The units that the handler counted; 0 if it counted none. May be negative in a correction. */
  units: number;
  /** The end user of the token, or the customer. */
  user: string;
  /** The token (`jti`). */
  tokenId: string;
  /** The plan at the moment of the call. */
  plan: string;
  /** For a correction: the call whose units it corrects. */
  corrects: string | null;
}

/** Filter for calls. Absent fields match everything. */
export interface CallFilter {
  route?: string;
  verb?: string;
  /** Both ends included: `{ from: 400, to: 499 }`. */
  status?: { from: number; to: number };
  /** When the call began, in milliseconds since the epoch: from (included) to (excluded). */
  from?: number;
  to?: number;
}

/** Whether a call in memory matches: the same conditions that `CallLog` applies in the database. */
export function matches(call: CallRecord, { route, verb, status, from, to }: CallFilter): boolean {
  const startedAt = call.startedAt.getTime();
  return (
    (route === undefined || call.route === route) &&
    (verb === undefined || call.verb === verb) &&
    (status === undefined || (call.status >= status.from && call.status <= status.to)) &&
    (from === undefined || startedAt >= from) &&
    (to === undefined || startedAt < to)
  );
}
