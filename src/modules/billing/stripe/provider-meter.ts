import type Stripe from 'stripe';
import type { ProviderMeter } from '../usage-sink.js';

/** A meter of Stripe's under the name that the catalogue gives it. */
export function describeMeter(name: string, meter: Stripe.Billing.Meter): ProviderMeter {
  return {
    name,
    id: meter.id,
    eventName: meter.event_name,
    customerKey: meter.customer_mapping.event_payload_key,
    valueKey: meter.value_settings.event_payload_key,
  };
}
