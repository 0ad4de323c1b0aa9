import type Stripe from 'stripe';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { hash, oneOf, paramsOf, required, text } from '../wire/params.js';

const specs = paramsOf<Stripe.Billing.MeterEventAdjustmentCreateParams>()({
  cancel: hash({ identifier: text(100) }),
  event_name: required(text(100)),
  type: required(oneOf('cancel')),
});

/** `POST /v1/billing/meter_event_adjustments`: takes back an event of the last 24 hours. */
export function meterEventAdjustmentEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint(
      'POST',
      '/v1/billing/meter_event_adjustments',
      specs,
      ({ params }): Stripe.Billing.MeterEventAdjustment => {
        if (!twin.meters.find('event_name', params.event_name)) {
          throw invalid(`No meter found for event name "${params.event_name}".`, 'event_name');
        }
        const identifier = params.cancel?.identifier;
        if (identifier === undefined) throw missing('cancel[identifier]');
        const event = twin.meterEvents.recent(identifier);
        if (event?.event_name !== params.event_name) {
          throw noSuchReference('meter event', identifier, 'cancel[identifier]');
        }
        if (event.state === 'cancelled') {
          throw invalid(`The event ${identifier} was cancelled before.`, 'cancel[identifier]');
        }
        twin.meterEvents.setState(event, 'cancelled');
        return {
          object: 'billing.meter_event_adjustment',
          cancel: { identifier },
          event_name: params.event_name,
          livemode: false,
          status: 'complete',
          type: 'cancel',
        };
      },
    ),
  ];
}
