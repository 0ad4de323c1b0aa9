import { Topic } from '../../platform/topics/topics.js';

/** "The provider says that a checkout session is another one now." Whoever cares fetches what it is. */
export const CHECKOUT_CHANGED = new Topic<{ sessionId: string }>('billing.checkout');
