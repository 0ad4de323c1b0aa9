import type { Collection } from '@farebox/twin-kit';
import type { Clock } from './clock.js';

/** A meter event as it came in, and what became of it. */
export interface MeterEventRow {
  id: string;
  identifier: string;
  event_name: string;
  customer: string;
  /** The payload's value: a whole number as text, as it was sent. `1` where the meter counts. */
  value: string;
  payload: Record<string, string>;
  /** Seconds: when the usage happened. */
  timestamp: number;
  /** Milliseconds of the twin's clock: when it came in. */
  receivedAt: number;
  /** Seconds of the customer's clock: when it came in. Absent where an earlier twin took it. */
  receivedOn?: number;
  /** The prices that the customer had on the meter when it came in; with the setting `usageByArrival`. */
  prices?: string[];
  /** `rejected`: answered 200 and thrown away later, as Stripe may. */
  state: 'accepted' | 'rejected' | 'cancelled';
}

/** Stripe promises an identifier to be unique for at least this long, and the twin for no longer. */
export const IDENTIFIER_KEPT_MS = 24 * 60 * 60 * 1000;

/** Meter events by identifier, and by meter and customer in order of their timestamps. */
export class MeterEventStore {
  private readonly byIdentifier = new Map<string, MeterEventRow>();
  private readonly byCustomer = new Map<string, MeterEventRow[]>();

  constructor(
    private readonly rows: Collection<MeterEventRow>,
    private readonly clock: Clock,
  ) {
    for (const [, row] of rows.iterate()) this.index(row);
  }

  get size(): number {
    return this.rows.size;
  }

  /** The event of that identifier within the last 24 hours. */
  recent(identifier: string): MeterEventRow | undefined {
    const row = this.byIdentifier.get(identifier);
    return row && this.clock.now() - row.receivedAt < IDENTIFIER_KEPT_MS ? row : undefined;
  }

  add(row: MeterEventRow): void {
    this.rows.put(row.id, row);
    this.index(row);
  }

  setState(row: MeterEventRow, state: MeterEventRow['state']): void {
    row.state = state;
    this.rows.put(row.id, row);
  }

  /** Of one meter and customer, from `start` to before `end` (seconds), oldest first. */
  *between(eventName: string, customer: string, start: number, end: number): Generator<MeterEventRow> {
    const rows = this.byCustomer.get(customerKey(eventName, customer)) ?? [];
    for (let i = firstFrom(rows, start); i < rows.length; i++) {
      const row = rows[i];
      if (!row || row.timestamp >= end) return;
      yield row;
    }
  }

  /** In the order in which they came in. */
  *all(): Generator<MeterEventRow> {
    for (const [, row] of this.rows.iterate()) yield row;
  }

  clear(): void {
    this.byIdentifier.clear();
    this.byCustomer.clear();
  }

  private index(row: MeterEventRow): void {
    this.byIdentifier.set(row.identifier, row);
    const key = customerKey(row.event_name, row.customer);
    const rows = this.byCustomer.get(key);
    if (!rows) this.byCustomer.set(key, [row]);
    // Behind those of the same second, so that the latest received counts as the latest.
    else rows.splice(firstFrom(rows, row.timestamp + 1), 0, row);
  }
}

function customerKey(eventName: string, customer: string): string {
  return `${customer}/${eventName}`;
}

/** The index of the first row at or after that time; its length when there is none. */
function firstFrom(rows: readonly MeterEventRow[], time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.timestamp ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
