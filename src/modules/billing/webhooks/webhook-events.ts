/**
 * - `pending`: stored, and about to be applied.
 * - `waiting`: about a customer who has no account here (yet).
 * - `done`: applied. `ignored`: nothing to do for it.
 * - `parked`: failed too often; an operator checks and replays it.
 */
export const WEBHOOK_STATES = ['pending', 'waiting', 'done', 'ignored', 'parked'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** The stored part of an event, as the provider's route reads it once its signature is verified. */
export interface ProviderEvent {
  /** The provider's: `evt_…`. */
  id: string;
  type: string;
  happenedAt: Date;
  /** The object it is about, and its customer, where there is one. */
  objectId: string | null;
  customerId: string | null;
  /** JSON, as received. */
  payload: string;
}

/** An event of the billing provider as an operator lists it. Times are UTC. */
export interface WebhookRecord {
  id: string;
  type: string;
  customerId: string | null;
  receivedAt: Date;
  state: WebhookState;
  /** How often applying it failed. */
  attempts: number;
  lastError: string | null;
}

/** The billing provider's webhook events, for the operator. */
export abstract class WebhookEvents {
  /** The latest events, newest first. @param customerId only those about this customer */
  abstract list(
    state: WebhookState | undefined,
    limit: number,
    customerId?: string,
  ): Promise<WebhookRecord[]>;

  /** Applies events again: those with the ids, or all parked ones. @returns how many there were. */
  abstract replay(which: readonly string[] | 'parked'): Promise<number>;
}
