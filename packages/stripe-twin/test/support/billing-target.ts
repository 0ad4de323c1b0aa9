import type { Stripe } from 'stripe';
import { unique, until, type Target } from './target.js';

export const HOUR = 3_600;
export const DAY = 86_400;

/** Seconds of a moment in UTC. */
export function at(year: number, month: number, day: number, hour = 0): number {
  return Date.UTC(year, month - 1, day, hour) / 1000;
}

/** `2027-01-31` of seconds. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** One customer on a test clock of their own, with a meter of their own. */
export class Simulation {
  private constructor(
    private readonly stripe: Stripe,
    readonly clock: string,
    readonly customer: string,
    readonly meter: Stripe.Billing.Meter,
    private now: number,
  ) {}

  static async start(
    { stripe }: Pick<Target, 'stripe'>,
    frozen: number,
    options: { card?: string | null; formula?: 'sum' | 'count' | 'last' } = {},
  ): Promise<Simulation> {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: frozen });
    const card = options.card === undefined ? 'pm_card_visa' : options.card;
    const customer = await stripe.customers.create({
      email: `${unique('sim')}@example.com`,
      test_clock: clock.id,
      ...(card !== null && { payment_method: card, invoice_settings: { default_payment_method: card } }),
    });
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: unique('calls'),
      default_aggregation: { formula: options.formula ?? 'sum' },
    });
    return new Simulation(stripe, clock.id, customer.id, meter, frozen);
  }

  /** A metered price of this simulation's meter. */
  price(params: Partial<Stripe.PriceCreateParams>): Promise<Stripe.Price> {
    return this.stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Calls' },
      ...params,
      recurring: { interval: 'month', usage_type: 'metered', meter: this.meter.id, ...params.recurring },
    });
  }

  /** A price by quantity, paid ahead. */
  seat(unit_amount: number): Promise<Stripe.Price> {
    return this.stripe.prices.create({
      currency: 'usd',
      unit_amount,
      product_data: { name: 'Base' },
      recurring: { interval: 'month' },
    });
  }

  subscribe(
    prices: readonly (Stripe.Price | Stripe.SubscriptionCreateParams.Item)[],
    params: Partial<Stripe.SubscriptionCreateParams> = {},
  ): Promise<Stripe.Subscription> {
    const items = prices.map((price) => ('object' in price ? { price: price.id } : price));
    return this.stripe.subscriptions.create({ customer: this.customer, items, ...params });
  }

  async use(value: number, timestamp = this.now): Promise<void> {
    await this.stripe.billing.meterEvents.create({
      event_name: this.meter.event_name,
      timestamp,
      payload: { stripe_customer_id: this.customer, value: String(value) },
    });
  }

  /** Moves the clock, in as many steps as Stripe asks for, and waits until it is there. */
  async advance(to: number): Promise<void> {
    try {
      await this.stripe.testHelpers.testClocks.advance(this.clock, { frozen_time: to });
    } catch (error) {
      if (!/two intervals/.test(String(error))) throw error;
      await this.advance(this.now + Math.floor((to - this.now) / 2));
      return this.advance(to);
    }
    const clock = await until(
      () => this.stripe.testHelpers.testClocks.retrieve(this.clock),
      ({ status }) => status !== 'advancing',
      120_000,
    );
    if (clock.status !== 'ready') throw new Error(`The clock is ${clock.status}`);
    this.now = to;
  }

  /** The invoices, the newest first. */
  async invoices(): Promise<Stripe.Invoice[]> {
    return (await this.stripe.invoices.list({ customer: this.customer, limit: 100 })).data;
  }

  async latest(): Promise<Stripe.Invoice> {
    const [invoice] = await this.invoices();
    if (!invoice) throw new Error('There is no invoice');
    return invoice;
  }
}

/** What an invoice's lines say: for what, how many, how much. */
export const linesOf = (invoice: Stripe.Invoice): [string | null, number | null, number][] =>
  invoice.lines.data.map((line) => [line.description, line.quantity, line.amount]);
