import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Farebox, startFarebox } from '../support/farebox.js';
import { Random } from '../support/random.js';
import {
  booksOf,
  customersWithAPast,
  deliverInDisorder,
  expectAllApplied,
  forgetNews,
  type StormCustomer,
  stormEvents,
  truthOf,
} from '../support/webhook-storm.js';

const SECRET = 'whsec_of_the_tests_0123456789';
let farebox: Farebox;
let customers: StormCustomer[];

beforeAll(async () => {
  farebox = await startFarebox({ STRIPE_WEBHOOK_SECRET: SECRET });
  customers = await customersWithAPast(farebox);
});
afterAll(() => farebox?.stop());

/** The heavy form, with 20 orders of 500 and kills, is in test/crash. */
it('100 events of 25 types in two orders, some twice and thrice, among forged ones: what Stripe says', async () => {
  const random = new Random(7);
  const truth = await truthOf(farebox, customers);
  for (const round of ['one', 'two']) {
    await forgetNews(farebox);
    expect(await booksOf(farebox, customers)).not.toEqual(truth);
    const events = stormEvents(customers, 100, random, round);
    await deliverInDisorder(() => [farebox.url], events, random, SECRET);
    await expectAllApplied(farebox, round, events.length);
    expect(await booksOf(farebox, customers)).toEqual(truth);
  }
});
