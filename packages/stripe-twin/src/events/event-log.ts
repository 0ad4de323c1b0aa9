import type Stripe from 'stripe';
import type { CollectionStore } from '@farebox/twin-kit';
import { seconds, type Clock } from '../state/clock.js';
import { Table } from '../state/table.js';
import { newLongId } from '../wire/ids.js';
import { API_VERSION } from '../wire/version.js';
import type { Wire } from '../state/wire.js';
import { previousAttributes } from './previous-attributes.js';

export type EventType = Stripe.Event['type'];
export type EventView = Wire<Stripe.EventBase>;

/** The object that an event of that type carries, by the SDK's own declaration. */
export type EventObject<T extends EventType> = Wire<Extract<Stripe.Event, { type: T }>['data']['object']>;

type Cause = Wire<Stripe.Event.Request>;

/** Time passed, and nobody asked: `request.id` is null then. */
const NOBODY: Cause = { id: null, idempotency_key: null };

/** Every event there was, and the one place that makes them. */
export class EventLog {
  readonly events: Table<EventView, 'type'>;
  private cause = NOBODY;
  private listener: (event: EventView) => number = () => 0;

  constructor(
    store: CollectionStore,
    private readonly clock: Clock,
  ) {
    this.events = new Table(store.collection<EventView>('events'), { type: (event) => event.type });
  }

  /** Who sends the events on. Answers how many receivers wait for it. */
  onEvent(listener: (event: EventView) => number): void {
    this.listener = listener;
  }

  /** Runs synchronous work whose events carry the id of that request. */
  causedBy<R>(cause: Cause, work: () => R): R {
    this.cause = cause;
    try {
      return work();
    } finally {
      this.cause = NOBODY;
    }
  }

  /** Something was created, deleted, or changed its state. */
  record<T extends EventType>(type: T, object: EventObject<T>): void {
    this.append(type, { object });
  }

  /** Something was updated; no event when nothing changed, as on Stripe. */
  recordUpdate<T extends EventType>(type: T, before: EventObject<T>, after: EventObject<T>): void {
    const previous = previousAttributes(before, after);
    if (previous !== undefined) this.append(type, { object: after, previous_attributes: previous });
  }

  private append(type: EventType, data: Wire<Stripe.Event.Data>): void {
    const event: EventView = {
      id: newLongId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: seconds(this.clock),
      // What it was at this moment: the object goes on changing.
      data: structuredClone(data),
      livemode: false,
      pending_webhooks: 0,
      request: this.cause,
      type,
    };
    this.events.put(event);
    event.pending_webhooks = this.listener(event);
  }
}
