import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Catalog } from '../../../src/catalog/index.js';
import { BilledPrices } from '../../../src/modules/billing/stripe/invoices/billed-prices.js';
import { StripeInvoiceGateway } from '../../../src/modules/billing/stripe/invoices/stripe-invoice.gateway.js';
import { Log } from '../../../src/platform/logging/logger.js';
import { Role } from '../../../src/platform/lifecycle/role.js';
import { at, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 1, 1);
const MIDDLE = at(2027, 1, 15);
const END = at(2027, 2, 1);
const date = (seconds: number): Date => new Date(seconds * 1_000);

let target: Target;
let stripe: Stripe;
let gateway: StripeInvoiceGateway;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
  const prices = new BilledPrices(
    stripe,
    new Catalog('test', [], [], ''),
    new Role('all'),
    Log.create('silent'),
  );
  gateway = new StripeInvoiceGateway(stripe, prices);
});
afterAll(() => target?.close());

/** A draft over ten calls, a second after its period. */
async function draftOf(price: Partial<Stripe.PriceCreateParams>, used = 10): Promise<[Simulation, string]> {
  const sim = await Simulation.start(target, START);
  await sim.subscribe([await sim.price(price)]);
  await sim.use(used);
  await sim.advance(END);
  return [sim, (await sim.latest()).id ?? ''];
}
const unitsOf = async (id: string) =>
  (await gateway.find(id))?.lines.map(({ usage, minorUnits }) => [
    usage?.billed ? Number(usage.billed.quantity) * usage.billed.packageSize : null,
    Number(minorUnits),
  ]);

it('a hold ends by itself at its deadline, also when we are gone by then', async () => {
  const [sim, id] = await draftOf({ unit_amount: 100 });
  await gateway.hold(id, date(END + 13 * HOUR));
  expect(await gateway.find(id)).toMatchObject({
    hold: 'held',
    advances: true,
    heldUntil: date(END + 13 * HOUR),
    finalizesAt: date(END + 13 * HOUR),
  });
  await sim.advance(END + 12 * HOUR);
  expect((await gateway.find(id))?.status).toBe('draft');
  await sim.advance(END + 13 * HOUR + 1);
  expect(await gateway.find(id)).toMatchObject({ status: 'paid', amountPaid: 1000n });
});

it('a release is at the natural time of the draft, and a minute from now when that is over', async () => {
  const [, early] = await draftOf({ unit_amount: 100 });
  await gateway.hold(early, date(END + 13 * HOUR));
  await gateway.release(early, date(END + 60));
  expect(await gateway.find(early)).toMatchObject({ hold: 'released', finalizesAt: date(END + HOUR) });
  const [sim, late] = await draftOf({ unit_amount: 100 });
  await gateway.hold(late, date(END + 13 * HOUR));
  await sim.advance(END + 3 * HOUR);
  await gateway.release(late, date(END + 3 * HOUR));
  await gateway.hold(late, date(END + 20 * HOUR));
  expect(await gateway.find(late)).toMatchObject({
    hold: 'released',
    finalizesAt: date(END + 3 * HOUR + 60),
  });
  await sim.advance(END + 3 * HOUR + 61);
  expect((await gateway.find(late))?.status).toBe('paid');
});

it('what was held by keeping it from advancing is released too', async () => {
  const [sim, id] = await draftOf({ unit_amount: 100 });
  await stripe.invoices.update(id, { auto_advance: false, metadata: { farebox_hold: 'held' } });
  await sim.advance(END + 20 * HOUR);
  await gateway.release(id, date(END + 20 * HOUR));
  await sim.advance(END + 20 * HOUR + 61);
  expect((await gateway.find(id))?.status).toBe('paid');
});

it('a later natural time is kept: a hold never makes a draft final earlier', async () => {
  const [, id] = await draftOf({ unit_amount: 100 });
  await stripe.invoices.update(id, { automatically_finalizes_at: END + 72 * HOUR });
  await gateway.hold(id, date(END + 13 * HOUR));
  expect((await gateway.find(id))?.finalizesAt).toEqual(date(END + 72 * HOUR));
  await gateway.release(id, date(END + 2 * HOUR));
  expect((await gateway.find(id))?.finalizesAt).toEqual(date(END + 72 * HOUR));
});

it('flat fees count no units, and packages are counted by their units', async () => {
  const tiers: Stripe.PriceCreateParams.Tier[] = [
    { up_to: 2, unit_amount: 100, flat_amount: 500 },
    { up_to: 'inf', unit_amount: 25, flat_amount: 100 },
  ];
  const tiered = { billing_scheme: 'tiered', tiers } as const;
  const [, graduated] = await draftOf({ ...tiered, tiers_mode: 'graduated' });
  expect(await unitsOf(graduated)).toEqual([
    [2, 200],
    [null, 500],
    [8, 200],
    [null, 100],
  ]);
  const [, volume] = await draftOf({ ...tiered, tiers_mode: 'volume' });
  expect(await unitsOf(volume)).toEqual([
    [10, 250],
    [null, 100],
  ]);
  const [, packages] = await draftOf({
    unit_amount: 700,
    transform_quantity: { divide_by: 4, round: 'up' },
  });
  expect(await unitsOf(packages)).toEqual([[10, 2100]]);
});

it('usage at a price that was left waits for the next invoice, and is one line of it', async () => {
  const sim = await Simulation.start(target, START);
  const [first, second] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 50 })];
  const { id, items } = await sim.subscribe([first], { billing_mode: { type: 'flexible' } });
  await sim.use(10);
  await sim.advance(MIDDLE);
  await stripe.subscriptions.update(id, { items: [{ id: items.data[0]?.id ?? '', price: second.id }] });
  const [item, ...others] = await gateway.pendingUsage(sim.customer);
  expect([item, others]).toEqual([{ priceId: first.id, from: date(START), to: date(MIDDLE) }, []]);
  await sim.use(4);
  await sim.advance(END);
  const invoice = await gateway.find((await sim.latest()).id ?? '');
  expect(invoice?.lines.map(({ usage, from }) => [usage?.priceId, usage?.billed?.quantity, from])).toEqual([
    [first.id, 10n, date(START)],
    [second.id, 4n, date(MIDDLE)],
  ]);
  expect(await gateway.pendingUsage(sim.customer)).toEqual([]);
});

it('what came back of a payment leads to its invoice', async () => {
  const [sim, id] = await draftOf({ unit_amount: 100 });
  await sim.advance(END + HOUR);
  const note = await stripe.creditNotes.create({ invoice: id, amount: 300, refund_amount: 300 });
  expect(await gateway.paymentReturn('credit_note.created', note.id)).toEqual({ invoiceId: id });
  expect((await gateway.find(id))?.amountCredited).toBe(300n);
  const { data } = await stripe.charges.list({ customer: sim.customer });
  expect(await gateway.paymentReturn('charge.refunded', data[0]?.id ?? '')).toEqual({
    invoiceId: id,
    refunded: 300n,
  });
  expect(await gateway.paymentReturn('charge.refunded', 'ch_none')).toBeUndefined();
});

it('a trial is known by its subscription', async () => {
  const sim = await Simulation.start(target, START);
  const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })], { trial_end: MIDDLE });
  expect(await gateway.isTrial(id, date(MIDDLE))).toBe(true);
  expect(await gateway.isTrial(id, date(END))).toBe(false);
});

it('all invoices since a time are listed in pages, of everybody or of one', async () => {
  const [sim, id] = await draftOf({ unit_amount: 100 });
  await draftOf({ unit_amount: 100 });
  const mine = await gateway.listSince(date(END), undefined, sim.customer);
  expect([mine.invoices.map((invoice) => invoice.id), mine.hasMore]).toEqual([[id], false]);
  expect((await gateway.listSince(date(START))).invoices.length).toBeGreaterThan(1);
  expect((await gateway.listSince(date(END + 1))).invoices).toEqual([]);
});
