import { randomText } from '../wire/ids.js';
import type { CollectionStore } from '@farebox/twin-kit';
import type { Clock } from '../state/clock.js';
import { Table } from '../state/table.js';

/** The thin events that the twin makes. Stripe has hundreds; a destination may name any of them. */
export const METER_ERROR_TYPES = [
  'v1.billing.meter.error_report_triggered',
  'v1.billing.meter.no_meter_found',
] as const;
export type MeterErrorType = (typeof METER_ERROR_TYPES)[number];

/** Why an event was rejected, and how the report says it. Of the messages only one is Stripe's own, from its docs. */
const MESSAGES = {
  archived_meter: 'The meter is archived.',
  meter_event_customer_not_found: 'The customer was not found.',
  meter_event_dimension_count_too_high: 'The event has too many dimensions.',
  meter_event_invalid_value: 'The value is not a whole number.',
  meter_event_no_customer_defined: 'Customer mapping key stripe_customer_id not found in payload.',
  meter_event_value_too_many_digits: 'The value has too many digits.',
  missing_dimension_payload_keys: 'Dimension keys are missing in the payload.',
  no_meter: 'No meter was found for the event name.',
  timestamp_in_future: 'The timestamp is too far in the future.',
  timestamp_too_far_in_past: 'The timestamp is too far in the past.',
};
export type MeterErrorCode = keyof typeof MESSAGES;
export const METER_ERROR_CODES = Object.keys(MESSAGES) as MeterErrorCode[];

/** A meter event that was taken and then rejected. */
export interface MeterError {
  code: MeterErrorCode;
  identifier: string;
}

/** What one report is about. */
export interface MeterErrorReport {
  /** Absent where no meter was found. */
  meterId: string | undefined;
  errors: readonly MeterError[];
  /** Milliseconds: when the first of them was rejected. */
  since: number;
  /** So many of each type are named. */
  samples: number;
}

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

  /** Meter events were taken and then rejected: one report of those of one meter. */
  meterErrors(type: MeterErrorType, { meterId, errors, since, samples }: MeterErrorReport): ThinEvent {
    const codes = [...new Set(errors.map(({ code }) => code))];
    const one = errors.length === 1;
    return this.append({
      type,
      ...(meterId !== undefined && {
        related_object: { id: meterId, type: 'billing.meter', url: `/v1/billing/meters/${meterId}` },
      }),
      data: {
        developer_message_summary: `There ${one ? 'is 1 invalid event' : `are ${errors.length} invalid events`}`,
        reason: {
          error_count: errors.length,
          error_types: codes.map((code) => errorType(code, errors, samples)),
        },
        validation_start: new Date(since).toISOString(),
        validation_end: new Date(this.clock.now()).toISOString(),
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

function errorType(
  code: MeterErrorCode,
  errors: readonly MeterError[],
  samples: number,
): MeterErrors['reason']['error_types'][number] {
  const found = errors.filter((error) => error.code === code);
  return {
    code,
    error_count: found.length,
    sample_errors: found
      .slice(0, samples)
      .map(({ identifier }) => ({ error_message: MESSAGES[code], request: { identifier } })),
  };
}

/** What of the event travels. */
export function notificationOf({ data: _data, ...notification }: ThinEvent): ThinNotification {
  return notification;
}
