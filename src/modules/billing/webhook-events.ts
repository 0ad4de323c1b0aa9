/**
 * - `pending`: stored, and about to be applied.
 * - `waiting`: about a customer who has no account here (yet).
 * - `done`: applied. `ignored`: nothing to do for it.
 * - `parked`: failed too often; an operator looks and replays.
 */
export const WEBHOOK_STATES = ['pending', 'waiting', 'done', 'ignored', 'parked'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

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

/** What the billing provider told us, for the operator. */
export abstract class WebhookEvents {
  /** The latest events, newest first. @param customerId only those about this customer */
  abstract list(
    state: WebhookState | undefined,
    limit: number,
    customerId?: string,
  ): Promise<WebhookRecord[]>;

  /** Has events applied again: those of the ids, or all that are parked. @returns how many there were. */
  abstract replay(which: readonly string[] | 'parked'): Promise<number>;
}
