/** Permanent name of the reader of exchanges: outbox lines are stored under it. It is analytics' forwarder. */
export const EXCHANGE_READER = 'analytics';
