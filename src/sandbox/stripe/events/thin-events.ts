import { randomText } from '../wire/ids.js';
import type { CollectionStore } from '../../kit/collection-store.js';
import type { Clock } from '../state/clock.js';
import { Table } from '../state/table.js';

/** The thin events that the twin makes. Stripe has hundreds; a destination may name any of them. */
export const METER_ERROR_TYPES = [
  'v1.billing.meter.error_report_triggered',
  'v1.billing.meter.no_meter_found',
] as const;
export type MeterErrorType = (typeof METER_ERROR_TYPES)[number];
type ThinType = MeterErrorType | 'v2.core.event_destination.ping';

/** What is sent: no object, only where it is to be had. */
export interface ThinNotification {
  id: string;
  object: 'v2.core.event';
  type: ThinType;
  /** ISO 8601. */
  created: string;
  livemode: false;
  related_object?: { id: string; type: string; url: string };
}

/** As `GET /v2/core/events/:id` shows it: with what was left out of the notification. */
export type ThinEvent = ThinNotification & { data?: MeterErrors };

interface MeterErrors {
  developer_message_summary: string;
  reason: {
    error_count: number;
    error_types: {
      code: string;
      error_count: number;
      sample_errors: { error_message: string; request: { identifier: string } }[];
    }[];
  };
  validation_start: string;
  validation_end: string;
}

/** Every thin event there was, and the one place that makes them. */
export class ThinEventLog {
  readonly events: Table<ThinEvent>;
  private listener: (event: ThinEvent, only?: string) => void = () => undefined;

  constructor(
    store: CollectionStore,
    private readonly clock: Clock,
  ) {
    this.events = new Table(store.collection<ThinEvent>('thin_events'), {});
  }

  /** Who sends the events on: to every destination that wants them, or to that one only. */
  onEvent(listener: (event: ThinEvent, only?: string) => void): void {
    this.listener = listener;
  }

  /** A meter event was taken and then rejected. Stripe gathers several into one report; the twin reports each. */
  meterErrors(type: MeterErrorType, meterId: string | undefined, identifier: string): ThinEvent {
    const now = new Date(this.clock.now()).toISOString();
    const code = type === 'v1.billing.meter.no_meter_found' ? 'no_meter' : 'meter_event_customer_not_found';
    return this.append({
      type,
      ...(meterId !== undefined && {
        related_object: { id: meterId, type: 'billing.meter', url: `/v1/billing/meters/${meterId}` },
      }),
      data: {
        developer_message_summary: 'There is 1 invalid event',
        reason: {
          error_count: 1,
          error_types: [
            {
              code,
              error_count: 1,
              sample_errors: [
                { error_message: 'The sandbox was told to reject it.', request: { identifier } },
              ],
            },
          ],
        },
        validation_start: now,
        validation_end: now,
      },
    });
  }

  /** Tries a destination, and nobody else. */
  ping(destination: string): ThinEvent {
    const url = `/v2/core/event_destinations/${destination}`;
    return this.append(
      {
        type: 'v2.core.event_destination.ping',
        related_object: { id: destination, type: 'v2.core.event_destination', url },
      },
      destination,
    );
  }

  private append(event: Pick<ThinEvent, 'type' | 'related_object' | 'data'>, only?: string): ThinEvent {
    const appended: ThinEvent = {
      id: `evt_test_${randomText(48)}`,
      object: 'v2.core.event',
      created: new Date(this.clock.now()).toISOString(),
      livemode: false,
      ...event,
    };
    this.events.put(appended);
    this.listener(appended, only);
    return appended;
  }
}

/** What of the event travels. */
export function notificationOf({ data: _data, ...notification }: ThinEvent): ThinNotification {
  return notification;
}
