import * as z from 'zod';

/** An order to refuse finalizations: of one invoice, or of all those of a customer. */
export const finalizationFaultSchema = z
  .strictObject({
    invoice: z.string().optional(),
    customer: z.string().optional(),
    /** So many attempts fail. */
    times: z.int().min(1).default(1),
    code: z.string().default('customer_tax_location_invalid'),
    message: z.string().default('The sandbox was told to refuse the finalization of this invoice.'),
  })
  .refine(({ invoice, customer }) => (invoice === undefined) !== (customer === undefined), {
    message: 'Either `invoice` or `customer` says what fails.',
  });

export type FinalizationFault = z.infer<typeof finalizationFaultSchema>;

/** The finalizations that are to fail. Kept in memory: a restart forgets them, as it does other faults. */
export class FinalizationFaults {
  private orders: FinalizationFault[] = [];

  add(order: FinalizationFault): void {
    this.orders.push({ ...order });
  }

  /** The order that this attempt fails by, which is used up by it. */
  take({ id, customer }: { id: string; customer: string }): FinalizationFault | undefined {
    const order = this.orders.find((one) => one.invoice === id || one.customer === customer);
    if (!order) return undefined;
    order.times--;
    this.orders = this.orders.filter(({ times }) => times > 0);
    return order;
  }

  clear(): void {
    this.orders = [];
  }
}
