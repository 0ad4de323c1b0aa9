import type { JsonObject } from './json.js';
import { transactionIdOf } from './event-shape.js';

/** More than a day of a busy test; Moesif names no bound. About 100 MB when full. */
const CAPACITY = 1_000_000;

/**
 * The transaction ids that have come: "Moesif uses the `transaction_id` for ensuring duplicate events are not created",
 * across batches too (https://www.moesif.com/docs/api#idempotency). After a restart those of the events in memory are
 * known.
 */
export class SeenTransactions {
  private readonly ids = new Set<string>();

  constructor(private readonly capacity = CAPACITY) {}

  /** The items that did not come before, nor earlier in `items`; those without an id always. */
  fresh(items: JsonObject[]): JsonObject[] {
    const here = new Set<string>();
    return items.filter((item) => {
      const id = transactionIdOf(item);
      if (id === undefined) return true;
      if (this.ids.has(id) || here.has(id)) return false;
      here.add(id);
      return true;
    });
  }

  /** To be called once the items are stored. */
  remember(items: readonly JsonObject[]): void {
    for (const item of items) {
      const id = transactionIdOf(item);
      if (id !== undefined) this.ids.add(id);
    }
    for (const oldest of this.ids) {
      if (this.ids.size <= this.capacity) break;
      this.ids.delete(oldest);
    }
  }

  clear(): void {
    this.ids.clear();
  }
}
