import * as z from 'zod';
import type { Collection } from '@farebox/twin-kit';

const ms = z.int().min(0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What `POST /_sandbox/settings` changes. Kept through a restart; a reset brings back the defaults. */
export const settingsSchema = z.strictObject({
  /** A meter event shows in event summaries this long after it came in; `/_sandbox/meter-lag` narrows it down. */
  summaryLagMs: ms.default(0),
  /** Invoice items made at a change, previews and lines count only the events that summaries show. */
  countOnlyVisible: z.boolean().default(false),
  /** After a change of price, usage counts for the price that was in effect when it came in, not at its timestamp. */
  usageByArrival: z.boolean().default(false),
  /** Summaries count events at exactly their `end_time` too. */
  summaryEndInclusive: z.boolean().default(false),
  /** What becomes of a meter event of a deleted customer: 400 at once, or 200 and an error report. */
  deletedCustomerEvents: z.enum(['refuse', 'reject_later']).default('refuse'),
  /** What the summaries of a deleted customer are answered with: 400, or what was used. */
  deletedCustomerSummaries: z.enum(['refuse', 'answer']).default('refuse'),
  /** Rejections of a meter are gathered for so long into one report, as Stripe gathers those of some seconds. */
  meterErrorWindowMs: ms.default(0),
  /** So many rejected events of each type of error stand in a report. */
  meterErrorSamples: z.int().min(1).default(10),
  /** An object shows in search results this long after it was created. */
  searchLagMs: ms.default(0),
  /** A POST takes this long, and holds its idempotency key and its locks meanwhile. */
  processingMs: ms.default(0),
  /** Requests a second, all but meter events, once the burst is used up. */
  rateLimitPerSecond: z.number().positive().default(100),
  rateLimitBurst: z.int().min(1).default(2_000),
  /**
   * Requests a second to each endpoint, once its burst is used up. Stripe has no burst to speak of: tests that hold a
   * product to the limit set it to 25.
   */
  endpointLimitPerSecond: z.number().positive().default(25),
  endpointLimitBurst: z.int().min(1).default(500),
  /** Meter events count among all requests too, as in a sandbox of Stripe's, which allows 25 a second in all. */
  meterEventsCountInAll: z.boolean().default(false),
  /** Meter events a second, once their burst is used up. */
  meterEventsPerSecond: z.number().positive().default(1_000),
  meterEventsBurst: z.int().min(1).default(10_000),
  /** Waiting times between attempts to deliver a webhook; after the last one the delivery has failed. */
  webhookRetryMs: z
    .array(ms)
    .max(100)
    .default([
      5_000,
      15_000,
      MINUTE,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      24 * HOUR,
      24 * HOUR,
    ]),
  /** A receiver that has not answered by then has failed. */
  webhookTimeoutMs: z.int().min(1).default(10_000),
  /** How often each event is sent, as Stripe may send one twice. */
  webhookCopies: z.int().min(1).max(10).default(1),
  /** Each event is held back for a while of its own, up to this long: they arrive in another order. */
  webhookDisorderMs: z.int().min(0).max(60_000).default(0),
  /** Days between the attempts to collect an invoice that could not be paid. */
  paymentRetryDays: z.array(z.number().positive()).max(8).default([3, 5, 7]),
  /** What becomes of the subscription after the last attempt. */
  afterPaymentRetries: z.enum(['cancel', 'unpaid', 'past_due']).default('cancel'),
  /**
   * The billing mode of subscriptions that do not name one, as the account's default in Stripe's dashboard sets it
   * for payment links and pricing tables. Requests of versions before 2025-09-30 get `classic` in any case.
   */
  defaultBillingMode: z.enum(['flexible', 'classic']).default('flexible'),
  /** Whether an item whose price a schedule's phase replaces keeps its id; unknown of Stripe. */
  scheduleKeepsItemIds: z.boolean().default(false),
  /** `invoice.upcoming` is sent so many days before a period ends; 0: never. */
  upcomingInvoiceDays: z.int().min(0).max(45).default(7),
  /** Whether automatic tax needs an address of the customer, as Stripe Tax does. */
  taxLocationRequired: z.boolean().default(true),
  /** What automatic tax adds to every line, up to two decimals. */
  taxPercent: z.number().min(0).max(100).multipleOf(0.01).default(0),
  /**
   * Whether a subscription's invoice of a customer without a recognized address becomes final without tax, as at
   * Stripe since 2024-11; otherwise the finalization fails, and the draft stays.
   */
  finalizesWithoutTax: z.boolean().default(true),
  /** When a finalization that failed is tried again; null: never by itself. Unknown of Stripe. */
  finalizationRetryHours: z.number().positive().nullable().default(null),
  /** Where the pricing table sends those who have paid; `{CHECKOUT_SESSION_ID}` is filled in. Absent: to a page of the twin. */
  pricingTableSuccessUrl: z.url().nullable().default(null),
  /** Moves the twin's clock against the machine's, in either direction. */
  clockOffsetMs: z.int().default(0),
});

export type SettingsValues = z.infer<typeof settingsSchema>;

const ROW = 'settings';

export class Settings {
  private current: SettingsValues;

  constructor(private readonly rows: Collection<SettingsValues>) {
    this.current = settingsSchema.parse(rows.get(ROW) ?? {});
  }

  get values(): Readonly<SettingsValues> {
    return this.current;
  }

  /** @throws {z.ZodError} for an unknown name or a value out of its range. */
  change(change: unknown): SettingsValues {
    const parsed = settingsSchema.partial().parse(change);
    const named = Object.keys(Object(change) as object);
    // zod's partial still fills in defaults: only what was named may change.
    const changes = Object.fromEntries(Object.entries(parsed).filter(([name]) => named.includes(name)));
    this.current = settingsSchema.parse({ ...this.current, ...changes });
    return this.rows.put(ROW, this.current);
  }

  reset(): void {
    this.current = settingsSchema.parse({});
  }
}
