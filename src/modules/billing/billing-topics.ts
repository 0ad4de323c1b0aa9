import { Topic } from '../../platform/topics/topics.js';

/** "The provider says that a checkout session is another one now." Subscribers fetch the current state. */
export const CHECKOUT_CHANGED = new Topic<{ sessionId: string }>('billing.checkout');

/** "The provider rejected meter events that it had taken." Its totals say which. */
export const METER_ERRORS = new Topic<{ eventId: string; type: string }>('billing.meter-errors');
