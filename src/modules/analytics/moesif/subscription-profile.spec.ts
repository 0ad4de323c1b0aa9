import { expect, it } from '@jest/globals';
import { subscriptionProfile } from './subscription-profile.js';

const profile = (status: string): object =>
  subscriptionProfile({
    companyId: 'sub_1',
    userId: 'cus_1',
    email: 'ada@example.com',
    firstname: 'Ada',
    lastname: 'Lovelace',
    plan: 'standard',
    subscription: {
      id: 'sub_1',
      status,
      periodStart: new Date('2026-11-01T00:00:00Z'),
      periodEnd: new Date('2026-12-01T00:00:00Z'),
      createdAt: new Date('2026-10-01T00:00:00Z'),
    },
  });

it('a subscription goes out in the words of Moesif’s reference, with its items', () => {
  expect(profile('active')).toEqual({
    subscription_id: 'sub_1',
    company_id: 'sub_1',
    status: 'active',
    current_period_start: '2026-11-01T00:00:00.000Z',
    current_period_end: '2026-12-01T00:00:00.000Z',
    items: [{ plan_id: 'standard' }],
    metadata: { plan: 'standard', stripe_status: 'active' },
  });
});

it.each([
  ['canceled', 'cancelled'],
  ['incomplete_expired', 'cancelled'],
  ['past_due', 'active'],
  ['trialing', 'trialing'],
  ['unpaid', 'paused'],
  ['incomplete', 'pending'],
  ['one that Stripe adds one day', 'pending'],
])('Stripe’s %s is %s there', (stripe, moesif) => {
  expect(profile(stripe)).toMatchObject({ status: moesif, metadata: { stripe_status: stripe } });
});
