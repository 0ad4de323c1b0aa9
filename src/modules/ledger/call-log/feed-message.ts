/** Messages between processes about watched calls, by `NOTIFY`. */
export interface FeedMessage {
  /** The sending process: a process receives its own messages too. */
  from: string;
  /** Customers whose calls are watched there. */
  watched?: readonly string[];
  /** Calls of a customer that were committed there, by id; `skipped` more were too many to list. */
  committed?: { customerId: string; ids: readonly string[]; skipped: number };
}

export const CALL_LOG_CHANNEL = 'call_log';

/** A payload may be 8,000 bytes: this many ids fit with room to spare. */
const NAMES_PER_PAYLOAD = 100;

/** As payloads; more than one when there are many ids. */
export function writeFeedMessages({ from, watched = [], committed }: FeedMessage): string[] {
  const payloads: FeedMessage[] = inParts(watched).map((names) => ({ from, watched: names }));
  if (committed) {
    const { customerId, ids, skipped } = committed;
    for (const [part, names] of inParts(ids).entries())
      payloads.push({ from, committed: { customerId, ids: names, skipped: part === 0 ? skipped : 0 } });
  }
  return payloads.map((payload) => JSON.stringify(payload));
}

function inParts(names: readonly string[]): (readonly string[])[] {
  const parts = Math.ceil(names.length / NAMES_PER_PAYLOAD);
  return Array.from({ length: parts }, (_, part) =>
    names.slice(part * NAMES_PER_PAYLOAD, (part + 1) * NAMES_PER_PAYLOAD),
  );
}

/** @returns `undefined` for a message of another version that cannot be read. */
export function parseFeedMessage(payload: string): FeedMessage | undefined {
  try {
    const message = JSON.parse(payload) as FeedMessage;
    return typeof message.from === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
