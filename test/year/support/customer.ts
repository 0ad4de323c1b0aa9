import { v7 } from 'uuid';
import type { LedgerEntry } from '../../../src/modules/metering/ledger/ledger-entry.js';
import type { Life } from './lives.js';

/** Somebody who has signed up. */
export interface Customer {
  life: Life;
  token: string;
  customerId: string;
  accountId: string;
  subscriptionId: string;
}

/** A call as the ledger has it. @param at milliseconds since the epoch */
export function entryOf({ life, customerId, accountId, subscriptionId }: Customer, at: number): LedgerEntry {
  return {
    call: {
      id: v7({ msecs: at }),
      accountId,
      customerId,
      subscriptionId,
      plan: life.changes.findLast((change) => change.at * 1000 <= at)?.plan ?? life.plan,
      companyId: subscriptionId,
      userId: customerId,
      sessionId: customerId,
      route: '/test-service',
      verb: 'GET',
      path: '/test-service',
      status: 200,
      startedAt: at,
      durationUs: 500,
      units: 0,
      corrects: null,
      headers: '',
    },
    exchange: null,
    answer: null,
    releasedKey: null,
  };
}
