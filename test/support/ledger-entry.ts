import type { LedgerCall, LedgerEntry } from '../../src/modules/ledger/store/ledger-entry.js';
import { newId } from '../../src/platform/ids/ids.js';

/** A call as the ledger takes it, but for what a test says of it. */
export const ledgerEntry = (
  call: Partial<LedgerCall> = {},
  rest: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  call: {
    id: newId(),
    accountId: newId(),
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    plan: 'standard',
    companyId: 'sub_1',
    userId: 'cus_1',
    sessionId: newId(),
    route: '/r',
    verb: 'GET',
    path: '/r',
    status: 200,
    startedAt: 1_795_000_000_123,
    durationUs: 812,
    units: 0,
    corrects: null,
    headers: '',
    ...call,
  },
  exchange: null,
  answer: null,
  releasedKey: null,
  ...rest,
});
