import type { StripeWrite } from '../stripe-writes.js';

/** Creates one object at Stripe, or makes one change, exactly once: with the database's help, or with keys alone. */
export interface Once {
  perform<P extends object, T extends { id: string }>(write: StripeWrite<P, T>): Promise<T>;
  /** Forgets an operation that is finished, or was refused. */
  abandon(operation: string): Promise<void>;
}
