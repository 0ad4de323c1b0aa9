/** Permanent name of the meters as a reader of the ledger: outbox lines are stored under it. */
export const READER = 'meters';
