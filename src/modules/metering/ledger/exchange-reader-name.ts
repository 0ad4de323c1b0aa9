/** Names the reader of exchanges, for ever: to-do lines are written under it. It is analytics' forwarder. */
export const EXCHANGE_READER = 'analytics';
