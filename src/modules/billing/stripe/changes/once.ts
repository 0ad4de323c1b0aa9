import type { StripeWrite } from '../stripe-writes.js';

/** Makes one object at Stripe, or one change, exactly once: with the database's help, or with keys alone. */
export interface Once {
  perform<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<T>;
  /** Forgets an operation: it is done for good, or was refused. */
  abandon(operation: string): Promise<void>;
}
