import * as z from 'zod';
import type { MeterEventRow } from './meter-event-store.js';
import type { Collection } from '@farebox/twin-kit';
import type { BillingTime } from './billing-time.js';
import type { Clock } from './clock.js';
import type { Settings } from './settings.js';

/** What `POST /_sandbox/meter-lag` takes. */
export const meterLagSchema = z.strictObject({
  /** Only events of this name; absent, of every meter. */
  event_name: z.string().min(1).optional(),
  /** Only this customer's; absent, every customer's. */
  customer: z.string().min(1).optional(),
  /** Milliseconds from receipt until the event is visible; null takes the rule back. */
  lagMs: z.int().min(0).nullable(),
});

type MeterLag = z.infer<typeof meterLagSchema>;
export type MeterLagRow = MeterLag & { lagMs: number };

interface Parts {
  settings: Settings;
  clock: Clock;
  time: BillingTime;
}

/**
 * How far event summaries are behind, by meter and customer. Stripe promises no bound: events are "processed
 * asynchronously", and one meter or customer may be behind for hours while another is not.
 */
export class MeterLags {
  constructor(
    private readonly rows: Collection<MeterLagRow>,
    private readonly parts: Parts,
  ) {}

  set({ event_name, customer, lagMs }: MeterLag): void {
    const key = keyOf(event_name, customer);
    if (lagMs === null) this.rows.delete(key);
    else {
      this.rows.put(key, {
        ...(event_name !== undefined && { event_name }),
        ...(customer !== undefined && { customer }),
        lagMs,
      });
    }
  }

  all(): MeterLagRow[] {
    return this.rows.values();
  }

  /** Whether summaries show that event now. */
  isVisible(event: MeterEventRow): boolean {
    return this.ageMs(event) >= this.lagOf(event.event_name, event.customer);
  }

  /** Milliseconds since receipt: on the twin's clock or on the customer's test clock, whichever went further. */
  private ageMs({ customer, receivedAt, receivedOn }: MeterEventRow): number {
    const { clock, time } = this.parts;
    if (time.clockOf(customer) === null) return time.twinMs() - receivedAt;
    const simulated = receivedOn === undefined ? 0 : (time.of(customer) - receivedOn) * 1000;
    return Math.max(clock.now() - receivedAt, simulated);
  }

  /** The most specific rule: meter and customer, then the customer, then the meter, then all, then the setting. */
  private lagOf(eventName: string, customer: string): number {
    const rule =
      this.rows.get(keyOf(eventName, customer)) ??
      this.rows.get(keyOf(undefined, customer)) ??
      this.rows.get(keyOf(eventName, undefined)) ??
      this.rows.get(keyOf(undefined, undefined));
    return rule?.lagMs ?? this.parts.settings.values.summaryLagMs;
  }
}

function keyOf(eventName: string | undefined, customer: string | undefined): string {
  return JSON.stringify([eventName ?? null, customer ?? null]);
}
