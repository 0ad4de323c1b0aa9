import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { FakeInvoices, usageLine } from '../../../../test/support/fake-invoices.js';
import { createMeteringWorld, type MeteringWorld } from '../../../../test/support/metering-world.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { UsageSettlement, type UsageSettlementPort } from '../../subscriptions/index.js';
import { InvoiceAlarms } from './invoice-alarms.js';
import { InvoiceHoldStore } from './invoice-hold-store.js';
import { InvoiceMirror } from './invoice-mirror.js';

const MARCH = { from: new Date('2026-03-01T10:00:00Z'), to: new Date('2026-04-01T10:00:00Z') };

let world: MeteringWorld;
let database: Database;
let alarms: InvoiceAlarms;
let mirror: InvoiceMirror;
let metrics: Metrics;
let lines: Record<string, unknown>[] = [];
const clock = new TestClock(MARCH.to);
const stripe = new FakeInvoices();

beforeAll(async () => {
  world = await createMeteringWorld();
  database = new Database(Log.create('silent'));
  database.open({ connectionString: world.databaseUrl, poolSize: 3 });
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
  lines = [];
  metrics = new Metrics();
  mirror = new InvoiceMirror(stripe, new InvoiceHoldStore(database, clock), database, clock);
  const usage = new UsageSettlement();
  usage.bind({} as UsageSettlementPort);
  const log = Log.create('debug', { write: (line) => void lines.push(JSON.parse(line)) });
  alarms = new InvoiceAlarms(mirror, usage, database, metrics, log);
});

const LEVELS = { info: 30, warn: 40, error: 50 };
const sample = async (name: string): Promise<string[]> =>
  (await metrics.registry.getSingleMetricAsString(`farebox_${name}`))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const put = (values: object = {}) =>
  stripe.put({ id: 'in_1', createdAt: MARCH.to, lines: [usageLine(5n, MARCH)], ...values });
const look = () => database.transaction((tx) => mirror.look(tx, 'in_1'));

/** What the operator reads, and what is counted, when the webhook of the invoice arrives. */
async function changed(type: string): Promise<void> {
  alarms.raise(type, { invoiceId: 'in_1', customerId: 'cus_1', invoice: await look() });
}

it.each<[type: string, level: keyof typeof LEVELS, says: RegExp]>([
  ['invoice.finalization_failed', 'error', /stays a draft, and is not charged.*finalize it there/],
  ['invoice.voided', 'warn', /voided.*"usage reconcile" shows its usage as uninvoiced/],
  ['invoice.deleted', 'warn', /deleted.*"usage reconcile" shows its usage as uninvoiced/],
  ['invoice.marked_uncollectible', 'warn', /does not collect it any more/],
  ['invoice.overdue', 'warn', /overdue/],
])('%s: a line of level %s that names the invoice, and is counted', async (type, level, says) => {
  put();
  await changed(type);
  expect(lines).toEqual([
    expect.objectContaining({
      level: LEVELS[level],
      msg: expect.stringMatching(says),
      context: 'invoices',
      invoice: 'in_1',
      customer: 'cus_1',
    }),
  ]);
  expect(await sample('invoice_events_total')).toEqual([`farebox_invoice_events_total{type="${type}"} 1`]);
});

it.each<[type: string, level: keyof typeof LEVELS, says: RegExp]>([
  ['charge.refunded', 'info', /refunded/],
  ['charge.dispute.created', 'error', /disputed: answer it in the dashboard of Stripe before its deadline/],
  ['charge.dispute.closed', 'warn', /dispute of an invoice was closed/],
  ['credit_note.created', 'info', /credit note was issued/],
  ['credit_note.voided', 'info', /what it took off is due again/],
])(
  '%s: the same for a payment that came back, by the invoice that it leads to',
  async (type, level, says) => {
    put({ status: 'paid', finalizedAt: MARCH.to });
    await look();
    stripe.returns.set('back_1', { invoiceId: 'in_1' });
    stripe.returns.set('back_of_others', { invoiceId: 'in_of_another_product' });
    for (const objectId of ['back_1', 'back_of_others', 'back_of_no_invoice'])
      await database.transaction((tx) => alarms.onPaymentReturned(tx, { objectId, type }));
    expect(lines).toEqual([
      expect.objectContaining({
        level: LEVELS[level],
        msg: expect.stringMatching(says),
        invoice: 'in_1',
        customer: 'cus_1',
      }),
    ]);
    expect(await sample('invoice_events_total')).toEqual([`farebox_invoice_events_total{type="${type}"} 1`]);
  },
);

it('a finalization that failed says why, and is a number until the invoice is final', async () => {
  put({ finalizationError: 'customer_tax_location_invalid' });
  await changed('invoice.finalization_failed');
  expect(lines).toMatchObject([{ reason: 'customer_tax_location_invalid' }]);
  expect(await sample('invoices_finalization_failed')).toEqual(['farebox_invoices_finalization_failed 1']);
  clock.advance(1_000);
  put({ status: 'open', finalizedAt: MARCH.to, finalizationError: null });
  await changed('invoice.finalized');
  expect(await sample('invoices_finalization_failed')).toEqual(['farebox_invoices_finalization_failed 0']);
  expect(lines).toHaveLength(1);
});

it('a dispute is a number until it is won', async () => {
  put({ status: 'paid', finalizedAt: MARCH.to });
  await look();
  const dispute = async (type: string, disputed: bigint) => {
    stripe.returns.set('dp_1', { invoiceId: 'in_1', disputed });
    await database.transaction((tx) => alarms.onPaymentReturned(tx, { objectId: 'dp_1', type }));
    return sample('invoices_disputed');
  };
  expect(await dispute('charge.dispute.created', 500n)).toEqual(['farebox_invoices_disputed 1']);
  expect(await dispute('charge.dispute.closed', 0n)).toEqual(['farebox_invoices_disputed 0']);
});

it.each(['invoice.created', 'invoice.paid', 'invoice.updated'])('%s says nothing', async (type) => {
  put();
  await changed(type);
  expect([lines, await sample('invoice_events_total')]).toEqual([[], []]);
});
