import type { EventDestinationRow, WebhookEndpointRow } from '../state/rows.js';
import type { Table } from '../state/table.js';
import type { EventLog, EventType } from './event-log.js';
import { notificationOf, type ThinEvent, type ThinEventLog } from './thin-events.js';

/** Whom events are sent to: a webhook endpoint or an event destination. */
export interface Receiver {
  id: string;
  url: string;
  secret: string;
  enabled: boolean;
}

/** An event as it is sent. */
export interface Message {
  id: string;
  type: string;
  /** @param pending how many receivers wait for it. */
  body(pending: number): object;
}

/** What is sent, and to whom: snapshot events to webhook endpoints, thin ones to event destinations. */
export class Outbox {
  constructor(
    private readonly endpoints: Table<WebhookEndpointRow>,
    private readonly destinations: Table<EventDestinationRow>,
    private readonly log: EventLog,
    private readonly thinLog: ThinEventLog,
  ) {}

  /** @param deliver queues the event for those receivers, and answers how many they are. */
  onEvent(deliver: (eventId: string, receivers: readonly string[]) => number): void {
    this.log.onEvent((event) => deliver(event.id, this.endpointsFor(event.type)));
    this.thinLog.onEvent((event, only) => deliver(event.id, this.destinationsFor(event, only)));
  }

  receiver(id: string): Receiver | undefined {
    const endpoint = this.endpoints.get(id);
    if (endpoint) {
      const { secret, view } = endpoint;
      return { id, secret, url: view.url, enabled: view.status === 'enabled' };
    }
    const destination = this.destinations.get(id);
    if (!destination) return undefined;
    const { secret, url, view } = destination;
    return { id, secret, url, enabled: view.status === 'enabled' };
  }

  message(eventId: string): Message | undefined {
    const snapshot = this.log.events.get(eventId);
    if (snapshot) {
      const { id, type } = snapshot;
      return { id, type, body: (pending) => ({ ...snapshot, pending_webhooks: pending }) };
    }
    const thin = this.thinLog.events.get(eventId);
    return thin && { id: thin.id, type: thin.type, body: () => notificationOf(thin) };
  }

  /** The webhook endpoints that asked for events of that type. */
  endpointsFor(type: EventType): string[] {
    return [...this.endpoints.scan({ direction: 'oldest' })]
      .filter(({ view }) => wants(view, type))
      .map(({ id }) => id);
  }

  private destinationsFor(event: ThinEvent, only: string | undefined): string[] {
    return [...this.destinations.scan({ direction: 'oldest' })]
      .filter(({ id, view }) =>
        only === undefined ? wants(view, event.type) : id === only && view.status === 'enabled',
      )
      .map(({ id }) => id);
  }
}

function wants({ status, enabled_events }: { status: string; enabled_events: string[] }, type: string) {
  return status === 'enabled' && (enabled_events.includes('*') || enabled_events.includes(type));
}
