import { Topic } from '../../platform/topics/topics.js';

/** "The provider says that a checkout session is another one now." Subscribers fetch the current state. */
export const CHECKOUT_CHANGED = new Topic<{ sessionId: string }>('billing.checkout');
