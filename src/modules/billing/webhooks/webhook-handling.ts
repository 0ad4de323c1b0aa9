import type { Sql } from '../../../platform/database/database.js';
import type { webhookEvents } from './webhook-events.tables.js';
import type { WebhookState } from './webhook-events.js';

export type StoredEvent = typeof webhookEvents.$inferSelect;

/** The common outcome of events: an error has them retried. */
export type Outcome = { events: readonly StoredEvent[] } & ({ state: WebhookState } | { error: unknown });

/** What the provider's events cause. The inbox stores, orders, retries and parks them. */
export abstract class WebhookHandling {
  /**
   * Applies events of one customer, or one event without a customer, under the customer's lock and in the transaction
   * that records their outcomes. Any order must do, as providers keep none: an event shows that something changed, and
   * its present state is fetched. Each failure must leave no changes (a savepoint).
   * @returns the outcomes of all of them: `waiting` for those whose account does not exist.
   */
  abstract apply(tx: Sql, events: readonly StoredEvent[]): Promise<Outcome[]>;
}
