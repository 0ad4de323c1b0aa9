import * as z from 'zod';
import { METER_ERROR_CODES, type MeterErrorCode } from '../events/thin-events.js';

export const rejectionSchema = z.strictObject({
  /** Only events of this name; absent, of any. */
  eventName: z.string().optional(),
  /** Only this customer's; absent, anyone's. */
  customer: z.string().optional(),
  /** What the error report says of them. */
  code: z.enum(METER_ERROR_CODES).default('meter_event_customer_not_found'),
  /** How many of them. */
  times: z.int().min(1).default(1),
});

type Rejection = z.infer<typeof rejectionSchema>;

/** Orders to throw away the next meter events after a 200, which Stripe does when it finds a fault later. */
export class RejectionOrders {
  private orders: Rejection[] = [];

  add(order: Rejection): void {
    this.orders.push({ ...order });
  }

  /** Why the event that has just come in is to be thrown away; null when it is not. */
  take(eventName: string, customer: string): MeterErrorCode | null {
    const order = this.orders.find(
      (o) => (o.eventName ?? eventName) === eventName && (o.customer ?? customer) === customer,
    );
    if (order && --order.times === 0) this.orders = this.orders.filter((o) => o !== order);
    return order?.code ?? null;
  }

  clear(): void {
    this.orders = [];
  }
}
