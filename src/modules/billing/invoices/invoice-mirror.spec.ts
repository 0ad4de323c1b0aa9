import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeInvoices, usageLine } from '../../../../test/support/fake-invoices.js';
import { createMeteringWorld, type MeteringWorld } from '../../../../test/support/metering-world.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { InvoiceHoldStore } from './invoice-hold-store.js';
import { InvoiceMirror, record } from './invoice-mirror.js';

const DAY = 86_400_000;
const MARCH = { from: new Date('2026-03-01T10:00:00Z'), to: new Date('2026-04-01T10:00:00Z') };
const AFTER = new Date(MARCH.to.getTime() + 1_000);

let world: MeteringWorld;
let database: Database;
let mirror: InvoiceMirror;
let holds: InvoiceHoldStore;
const clock = new TestClock(AFTER);
const stripe = new FakeInvoices();

beforeAll(async () => {
  world = await createMeteringWorld();
  database = new Database(Log.create('silent'));
  database.open({ connectionString: world.databaseUrl, poolSize: 3 });
  holds = new InvoiceHoldStore(database, clock);
  mirror = new InvoiceMirror(stripe, holds, database, clock);
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
});

const look = (id: string) => database.transaction((tx) => mirror.look(tx, id));
const invoices = async () =>
  (await world.client.query('select * from farebox.mirrored_invoices order by invoice_id')).rows;
const lines = async () =>
  (
    await world.client.query(
      'select invoice_id, price_id, quantity::int, package_size, minor_units::int, late_usage from farebox.mirrored_invoice_lines order by line_id',
    )
  ).rows;
const march = (changed: object = {}) =>
  stripe.put({ id: 'in_1', createdAt: MARCH.to, lines: [usageLine(5n, MARCH)], ...changed });

describe('an invoice', () => {
  it('is kept with the lines that bill units, and the fees of their price among what they charge', async () => {
    march({
      lines: [
        usageLine(5n, MARCH, { minorUnits: 500n }),
        usageLine(null, MARCH, { minorUnits: 99n }),
        usageLine(2n, MARCH, { minorUnits: 1400n, packageSize: 4, priceId: 'price_2' }),
        { ...usageLine(1n, MARCH), usage: null, minorUnits: 31n, lateUsage: 'late-usage:1' },
        { ...usageLine(1n, MARCH), usage: null, minorUnits: 2000n },
      ],
    });
    await look('in_1');
    const common = { invoice_id: 'in_1', late_usage: null, package_size: 1 };
    expect(await lines()).toEqual([
      { ...common, price_id: 'price_1', quantity: 5, minor_units: 599 },
      { ...common, price_id: 'price_2', quantity: 2, minor_units: 1400, package_size: 4 },
      { ...common, price_id: null, quantity: 0, minor_units: 31, late_usage: 'late-usage:1' },
    ]);
  });

  it('is kept as it is now: what was asked for earlier changes nothing', async () => {
    const draft = march();
    await look('in_1');
    march({ status: 'paid', finalizedAt: AFTER, amountPaid: 500n, lines: [usageLine(7n, MARCH)] });
    clock.advance(1_000);
    await look('in_1');
    await database.transaction((tx) => record(tx, draft, new Date(clock.ms() - 500)));
    expect(await invoices()).toMatchObject([{ status: 'paid', amount_paid: '500', finalized_at: AFTER }]);
    expect(await lines()).toMatchObject([{ quantity: 7 }]);
  });

  it('that is gone was a draft, and deleted', async () => {
    march();
    await look('in_1');
    stripe.invoices.delete('in_1');
    expect(await look('in_1')).toBeUndefined();
    expect(await invoices()).toMatchObject([{ status: 'deleted' }]);
  });

  it('that Stripe could not make final is followed until it is', async () => {
    const state = async () =>
      (await world.client.query('select state, final_at is not null as final from farebox.invoice_holds'))
        .rows[0];
    const draft = march();
    await database.transaction((tx) => holds.recordDraft(tx, draft));
    await database.transaction(async (tx) => holds.end(tx, (await holds.take(tx))!, 'released'));
    clock.advance(2 * DAY);
    march({ finalizationError: 'customer_tax_location_invalid' });
    await mirror.repair();
    expect(await state()).toEqual({ state: 'stuck', final: false });
    expect(await holds.countNotFinal('released', DAY)).toBe(1);
    expect(await invoices()).toMatchObject([{ finalization_error: 'customer_tax_location_invalid' }]);
    march({ status: 'open', finalizationError: 'customer_tax_location_invalid' });
    await mirror.repair();
    expect(await state()).toEqual({ state: 'released', final: true });
    expect(await holds.countNotFinal('released', DAY)).toBe(0);
    expect(await invoices()).toMatchObject([{ status: 'open', finalization_error: null }]);
  });

  it('that is held past its deadline is counted, and one that was deleted is not', async () => {
    const draft = march();
    await look('in_1');
    await database.transaction((tx) => holds.recordDraft(tx, draft));
    clock.advance(DAY);
    expect(await holds.countNotFinal('held', DAY / 2)).toBe(1);
    expect(await holds.countNotFinal('held', 2 * DAY)).toBe(0);
    stripe.invoices.delete('in_1');
    await look('in_1');
    expect(await holds.countNotFinal('held', DAY / 2)).toBe(0);
  });

  it('knows what was refunded and what is disputed, when it is one of ours', async () => {
    march({ status: 'paid' });
    await look('in_1');
    stripe.returns.set('ch_1', { invoiceId: 'in_1', refunded: 200n });
    stripe.returns.set('dp_1', { invoiceId: 'in_1', disputed: 300n });
    stripe.returns.set('dp_2', { invoiceId: 'in_other', disputed: 300n });
    stripe.put({ id: 'in_other' });
    for (const id of ['ch_1', 'dp_1', 'dp_2'])
      await database.transaction((tx) => mirror.lookAtReturn(tx, '', id));
    const shown = { amount_refunded: '200', amount_disputed: '300' };
    expect(await invoices()).toMatchObject([{ invoice_id: 'in_1', ...shown }]);
    // Looked at anew, it keeps what the invoice itself does not say.
    await look('in_1');
    expect(await invoices()).toMatchObject([shown]);
  });
});

describe('a repair', () => {
  it('lists all in pages, writes down what no event told of, and leaves customers that are not ours', async () => {
    for (let n = 1; n <= 5; n++) march({ id: `in_${n}` });
    march({ id: 'in_foreign', customerId: 'cus_foreign' });
    march({ id: 'in_old', createdAt: new Date(AFTER.getTime() - 42 * DAY) });
    await mirror.repair();
    expect((await invoices()).map((row) => row['invoice_id'])).toEqual([
      'in_1',
      'in_2',
      'in_3',
      'in_4',
      'in_5',
    ]);
    // Two on a page here, a hundred at Stripe.
    expect(stripe.requests).toBe(3);
  });

  it('finds a draft that was deleted, and a final invoice that was voided since', async () => {
    march();
    march({ id: 'in_2', status: 'open' });
    await mirror.repair();
    clock.advance(1_000);
    stripe.invoices.delete('in_1');
    march({ id: 'in_2', status: 'void' });
    await mirror.repair();
    expect(await invoices()).toMatchObject([{ status: 'deleted' }, { status: 'void' }]);
  });
});
