import { expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { examineBillingMode } from './examine-billing-mode.js';

const examine = (...subscriptions: [id: string, status: string, type: string][]) =>
  examineBillingMode({
    subscriptions: {
      list: async function* () {
        for (const [id, status, type] of subscriptions) yield { id, status, billing_mode: { type } };
      },
    },
  } as unknown as Stripe);

it('names live subscriptions in the classic billing mode', async () => {
  expect(
    await examine(
      ['sub_1', 'active', 'classic'],
      ['sub_2', 'active', 'flexible'],
      ['sub_3', 'canceled', 'classic'],
    ),
  ).toMatchObject({ level: 'warning', message: '1 live subscription(s) in the classic mode: sub_1' });
  expect(await examine(['sub_2', 'active', 'flexible'])).toMatchObject({ level: 'ok' });
});
