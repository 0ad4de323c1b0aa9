import Stripe from 'stripe';
import type { UsageRejection } from '../ports/usage-sink.js';
import { expectObject } from './stripe-errors.js';

/** Marks the customer whose usage shows how far Stripe's totals have progressed. */
const CANARY = 'farebox_canary';

/** @throws {Error} Stripe's errors, or when a total is no whole number. */
export async function sumOfSummaries(
  stripe: Stripe,
  providerMeter: string,
  customer: string,
  from: Date,
  to: Date,
): Promise<bigint> {
  let total = 0n;
  for await (const summary of stripe.billing.meters.listEventSummaries(providerMeter, {
    customer,
    start_time: from.getTime() / 1_000,
    end_time: to.getTime() / 1_000,
  })) {
    if (!Number.isSafeInteger(summary.aggregated_value))
      throw new Error(`the summary of meter ${providerMeter} is no whole number`);
    total += BigInt(summary.aggregated_value);
  }
  return total;
}

/**
 * Found, or created once: a search lags by up to a minute ("Don't use search in read-after-write flows"), and the
 * idempotency key is known for a day.
 */
export async function findCanary(stripe: Stripe): Promise<string> {
  const { data } = await stripe.customers.search({ query: `metadata['${CANARY}']:'1'`, limit: 1 });
  if (data[0]) return expectObject(data[0], 'customer').id;
  const made = await stripe.customers.create(
    {
      name: 'Farebox canary',
      description:
        "Shows how far Stripe's usage totals have come. It has no subscription and is never billed.",
      metadata: { [CANARY]: '1' },
    },
    { idempotencyKey: 'farebox:usage-canary' },
  );
  return expectObject(made, 'customer').id;
}

export async function isCustomerGone(stripe: Stripe, customerId: string): Promise<boolean> {
  try {
    const customer = await stripe.customers.retrieve(customerId);
    return expectObject(customer, 'customer').deleted === true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
      return true;
    throw error;
  }
}

/** The notification says only that there is a report: its content must be fetched. */
export async function readRejection(stripe: Stripe, eventId: string): Promise<UsageRejection | undefined> {
  const event = await stripe.v2.core.events.retrieve(eventId);
  if (event.type !== 'v1.billing.meter.error_report_triggered') return undefined;
  const { related_object: meter, data } = event;
  if (!meter?.id || !data?.reason) throw new Error('the answer is not a report of rejected meter events');
  return {
    providerMeter: meter.id,
    from: new Date(data.validation_start),
    to: new Date(data.validation_end),
    count: Number(data.reason.error_count),
    identifiers: data.reason.error_types.flatMap(({ sample_errors: samples }) =>
      samples.map(({ request }) => request.identifier),
    ),
  };
}
