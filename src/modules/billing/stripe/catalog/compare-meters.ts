import Stripe from 'stripe';
import type { Catalog, MeterDefinition } from '../../../../catalog/index.js';
import { expectObject } from '../stripe-errors.js';
import type { AccountState } from './account-state.js';
import { differencesOf, type Step } from './step.js';

/** The payload keys that Farebox reports with; they cannot be changed at Stripe. */
const PAYLOAD = {
  formula: 'sum',
  'event time window': 'none',
  customer: 'stripe_customer_id',
  value: 'value',
};

/** Steps that create the meters of the file; found by event name, which Stripe assigns once for ever. */
export function compareMeters(stripe: Stripe, catalog: Catalog, { meters }: AccountState): Step[] {
  return catalog.meters.flatMap((meter) => {
    const { eventName } = meter;
    if (eventName === null) return [];
    const held = meters.find(({ event_name }) => event_name === eventName);
    return held ? [compareMeter(stripe, meter, eventName, held)] : [newMeter(stripe, meter, eventName)];
  });
}

function newMeter(stripe: Stripe, { name, displayName }: MeterDefinition, eventName: string): Step {
  return {
    change: {
      kind: 'meter',
      name,
      action: 'create',
      id: null,
      differences: differencesOf({}, { 'event name': eventName, 'display name': displayName }),
    },
    perform: async (made) => {
      // Stripe refuses a second meter with the same event name, so no idempotency key is needed.
      const meter = await stripe.billing.meters.create({
        display_name: displayName,
        event_name: eventName,
        default_aggregation: { formula: 'sum' },
        customer_mapping: { type: 'by_id', event_payload_key: PAYLOAD.customer },
        value_settings: { event_payload_key: PAYLOAD.value },
      });
      const { id } = expectObject(meter, 'billing.meter');
      made.meters.set(eventName, id);
      return id;
    },
  };
}

function compareMeter(
  stripe: Stripe,
  { name, displayName }: MeterDefinition,
  eventName: string,
  held: Stripe.Billing.Meter,
): Step {
  const { id, status } = held;
  const fixed = differencesOf(
    {
      formula: held.default_aggregation.formula,
      'event time window': held.event_time_window ?? 'none',
      customer: held.customer_mapping.event_payload_key,
      value: held.value_settings.event_payload_key,
    },
    PAYLOAD,
  );
  if (fixed.length > 0) {
    const message = `the meter of event name "${eventName}" is set up in a way that Farebox cannot report to and that cannot be changed at Stripe: give the meter another eventName`;
    return { change: { kind: 'meter', name, action: 'refuse', id, differences: fixed, message } };
  }
  const renamed = differencesOf(
    { 'display name': held.display_name, status },
    { 'display name': displayName, status: 'active' },
  );
  const asleep = status !== 'active';
  const action = asleep ? 'reactivate' : renamed.length > 0 ? 'change' : 'none';
  return {
    change: { kind: 'meter', name, action, id, differences: renamed },
    perform: async () => {
      if (asleep) await stripe.billing.meters.reactivate(id);
      if (held.display_name !== displayName)
        await stripe.billing.meters.update(id, { display_name: displayName });
    },
  };
}
