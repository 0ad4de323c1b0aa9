import * as z from 'zod';

export const rejectionSchema = z.strictObject({
  /** Only events of this name; absent, of any. */
  eventName: z.string().optional(),
  /** Only this customer's; absent, anyone's. */
  customer: z.string().optional(),
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

  /** Whether the event that has just come in is to be thrown away. */
  take(eventName: string, customer: string): boolean {
    const order = this.orders.find(
      (o) => (o.eventName ?? eventName) === eventName && (o.customer ?? customer) === customer,
    );
    if (order && --order.times === 0) this.orders = this.orders.filter((o) => o !== order);
    return order !== undefined;
  }

  clear(): void {
    this.orders = [];
  }
}
