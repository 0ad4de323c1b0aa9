import { beforeEach, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Catalog } from '../../../catalog/index.js';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Sql } from '../../../platform/database/database.js';
import type { Log } from '../../../platform/logging/logger.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { Account, AccountBilling, AccountsService } from '../../accounts/index.js';
import type { ScheduledChanges, UsagePeriods } from '../../subscriptions/index.js';
import { AccountSync } from './account-sync.js';
import type { PaymentMethods } from './payment-methods.js';

const NOW = new Date('2026-11-21T10:00:00Z');
const ACCOUNT = {
  accountId: 'account',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  status: 'past_due',
  plan: 'basic',
  pastDueSince: NOW,
  closedAt: null,
  cancelAt: NOW,
  cancelAtPeriodEnd: true,
  pendingPlan: 'pro',
  pendingAt: NOW,
  surplusItems: ['si_1'],
  collectionPaused: 'void',
} as unknown as Account;

let written: AccountBilling[];
beforeEach(() => {
  written = [];
});

/** @param customer what Stripe answers; an error is thrown. */
function refresh(customer: object | Error, account = ACCOUNT): Promise<boolean> {
  const counter = { inc: () => undefined };
  const sync = new AccountSync(
    {
      customers: {
        retrieve: async () => {
          if (customer instanceof Error) throw customer;
          return { object: 'customer', id: 'cus_1', ...customer };
        },
      },
      subscriptions: {
        list: async function* () {
          yield* [];
        },
      },
    } as unknown as Stripe,
    {
      lockByCustomer: async () => account,
      applyBilling: async (_sql: Sql, _id: string, billing: AccountBilling) => void written.push(billing),
    } as unknown as AccountsService,
    { record: async () => undefined } as unknown as UsagePeriods,
    { of: async () => [], follow: async () => undefined } as unknown as ScheduledChanges,
    new Catalog('test', [], [], 'basic'),
    {} as PaymentMethods,
    { now: () => NOW } as Clock,
    { counter: () => counter, gauge: () => undefined } as unknown as Metrics,
    { named: () => ({ warn: () => undefined }) } as unknown as Log,
  );
  return sync.refresh({} as Sql, 'cus_1');
}

const ENDED = {
  status: 'canceled',
  pastDueSince: null,
  cancelAt: null,
  cancelAtPeriodEnd: false,
  pendingPlan: null,
  pendingAt: null,
  surplusItems: [],
  collectionPaused: null,
};

it('a deleted customer closes the account, once', async () => {
  await refresh({ deleted: true });
  expect(written[0]).toMatchObject({ ...ENDED, closedAt: NOW });
  const before = new Date('2026-11-01T00:00:00Z');
  await refresh({ deleted: true }, { ...ACCOUNT, closedAt: before });
  expect(written[1]?.closedAt).toBe(before);
});

it('a customer without any subscription is cancelled, and not closed', async () => {
  await refresh({});
  expect(written[0]).toMatchObject({ ...ENDED, closedAt: null, subscriptionId: 'sub_1', plan: 'basic' });
});

it('a customer that Stripe has never heard of changes nothing: the key may be of another account', async () => {
  const missing = new Stripe.errors.StripeInvalidRequestError({
    message: 'No such customer',
    type: 'invalid_request_error',
    code: 'resource_missing',
  });
  await expect(refresh(missing)).rejects.toMatchObject({ code: 'billing_unavailable' });
  expect(written).toEqual([]);
});
