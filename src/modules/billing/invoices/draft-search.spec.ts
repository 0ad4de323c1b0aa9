import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { FakeInvoices, usageLine } from '../../../../test/support/fake-invoices.js';
import { createMeteringWorld, type MeteringWorld } from '../../../../test/support/metering-world.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import type { UsageSettlement } from '../../subscriptions/index.js';
import { DraftSearch } from './draft-search.js';
import { InvoiceHoldStore } from './invoice-hold-store.js';
import type { InvoiceHolds } from './invoice-holds.js';
import { InvoiceMirror } from './invoice-mirror.js';
import { initialised } from '../../../../test/support/initialised.js';

const MINUTE = 60_000;
const MARCH = { from: new Date('2026-03-01T10:00:00Z'), to: new Date('2026-04-01T10:00:00Z') };
const AFTER = new Date(MARCH.to.getTime() + 46 * MINUTE);

let world: MeteringWorld;
let database: Database;
let search: () => Promise<void>;
let wakes = 0;
let isBound = true;
const clock = new TestClock(AFTER);
const stripe = new FakeInvoices();

beforeAll(async () => {
  world = await createMeteringWorld();
  database = new Database(Log.create('silent'));
  database.open({ connectionString: world.databaseUrl, poolSize: 3 });
  await world.period({
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    providerMeter: 'mtr_calls',
    startsAt: MARCH.from,
    endsAt: MARCH.to,
  });
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.client.query(
    'truncate farebox.mirrored_invoices, farebox.mirrored_invoice_lines, farebox.invoice_holds',
  );
  stripe.empty();
  clock.set(AFTER);
  [wakes, isBound] = [0, true];
  const made = initialised(
    new DraftSearch(
      new InvoiceMirror(stripe, new InvoiceHoldStore(database, clock), database, clock),
      { wake: () => wakes++ } as unknown as InvoiceHolds,
      {
        get isBound() {
          return isBound;
        },
      } as UsageSettlement,
      clock,
      { register: (_name: string, found: () => Promise<void>) => (search = found) } as unknown as Sweep,
    ),
  );
  expect(made).toBeDefined();
});

const draft = (id: string, changed: object = {}) =>
  stripe.put({ id, createdAt: MARCH.to, lines: [usageLine(5n, MARCH)], ...changed });
const held = async () =>
  (await world.client.query('select invoice_id, state from farebox.invoice_holds order by invoice_id')).rows;

it('a draft whose webhook never came is held, and no other', async () => {
  draft('in_1');
  draft('in_2');
  draft('in_3');
  draft('in_other', { customerId: 'cus_of_somebody_else' });
  draft('in_final', { status: 'open' });
  draft('in_by_hand', { subscriptionId: null });
  draft('in_fee', { lines: [{ ...usageLine(1n, MARCH), usage: null }] });
  await search();
  expect(await held()).toEqual(['in_1', 'in_2', 'in_3'].map((id) => ({ invoice_id: id, state: 'seen' })));
  expect(wakes).toBe(1);
});

it('one that was released is left as it is', async () => {
  draft('in_1');
  await search();
  await world.client.query(`update farebox.invoice_holds set state = 'released', ended_at = now()`);
  clock.set(new Date(AFTER.getTime() + 31 * MINUTE));
  await search();
  expect(await held()).toEqual([{ invoice_id: 'in_1', state: 'released' }]);
});

it('one of a customer who is adopted later is held by the search after that', async () => {
  draft('in_1', { customerId: 'cus_adopted', subscriptionId: 'sub_adopted' });
  await search();
  expect(await held()).toEqual([]);
  await world.period({
    customerId: 'cus_adopted',
    subscriptionId: 'sub_adopted',
    providerMeter: 'mtr_calls',
    startsAt: MARCH.to,
    endsAt: new Date('2026-05-01T10:00:00Z'),
  });
  clock.set(new Date(AFTER.getTime() + 30 * MINUTE));
  await search();
  expect(await held()).toEqual([{ invoice_id: 'in_1', state: 'seen' }]);
});

it('asks at the start and every half hour, and again at once after a failure', async () => {
  stripe.away = true;
  await expect(search()).rejects.toThrow('away');
  stripe.away = false;
  await search();
  const { requests } = stripe;
  clock.set(new Date(AFTER.getTime() + 29 * MINUTE));
  await search();
  expect([requests, stripe.requests]).toEqual([1, 1]);
  clock.set(new Date(AFTER.getTime() + 30 * MINUTE));
  await search();
  expect(stripe.requests).toBe(2);
});

it('asks for nothing where usage is reported elsewhere', async () => {
  isBound = false;
  await search();
  expect([stripe.requests, wakes]).toEqual([0, 0]);
});
