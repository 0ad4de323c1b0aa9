import { Topic } from '../../platform/topics/topics.js';

/** "A checkout session has changed at the provider." Subscribers fetch the current state. */
export const CHECKOUT_CHANGED = new Topic<{ sessionId: string }>('billing.checkout');

/** "The provider rejected meter events that it had accepted." Its totals show which. */
export const METER_ERRORS = new Topic<{ eventId: string; type: string }>('billing.meter-errors');
