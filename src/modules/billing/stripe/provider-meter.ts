import type Stripe from 'stripe';
import type { MeterState } from '../ports/diagnostics.js';
import type { ProviderMeter } from '../ports/usage-sink.js';

/** A Stripe meter under its name in the catalog. */
export function describeMeter(name: string, meter: Stripe.Billing.Meter): ProviderMeter {
  return {
    name,
    id: meter.id,
    eventName: meter.event_name,
    customerKey: meter.customer_mapping.event_payload_key,
    valueKey: meter.value_settings.event_payload_key,
  };
}

/**
 * The state of a meter. One with an `event_time_window` is for "meter events [that] have been pre-aggregated": a later
 * event in the same hour or day replaces the earlier one, so that all reports but the last would be lost.
 * https://docs.stripe.com/billing/subscriptions/usage-based/meters/configure
 */
export function stateOf(meter: Stripe.Billing.Meter): Exclude<MeterState, 'missing'> {
  if (meter.default_aggregation.formula !== 'sum') return 'no_sum';
  // `?? null`: absent in answers of older API versions.
  if ((meter.event_time_window ?? null) !== null) return 'pre_aggregated';
  return meter.status === 'active' ? 'usable' : 'inactive';
}
