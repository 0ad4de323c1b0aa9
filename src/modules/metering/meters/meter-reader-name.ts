/** Names the meters as a reader of the ledger, for ever: to-do lines are written under it. */
export const READER = 'meters';
