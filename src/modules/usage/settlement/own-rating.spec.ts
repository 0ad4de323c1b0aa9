import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { usageLine } from '../../../../test/support/fake-invoices.js';
import { packages, perUnit } from '../../../../test/support/fake-late-usage-billing.js';
import { CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import { calls, HOUR, MARCH, METERS, period, START } from '../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';

/** At START the price is left. */
const FIRST = { startsAt: MARCH.startsAt, endsAt: new Date(START.getTime() + HOUR) };
const SECOND = { startsAt: FIRST.endsAt, endsAt: MARCH.endsAt };
const line = ({ startsAt, endsAt }: typeof FIRST) => ({ from: startsAt, to: endsAt });
const DRAFT = { invoiceId: 'in_1', customerId: CUSTOMER, subscriptionId: SUBSCRIPTION };

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START, 'own');
});
afterAll(() => world?.stop());

beforeEach(async () => {
  await world.empty();
  world.lateBilling.price = perUnit('0.10');
});

/** The month is over, and its draft has Stripe's lines. @param reported units on the line, from another way of billing. */
async function monthIsOver(reported = 0n): Promise<void> {
  world.clock.set(new Date(MARCH.endsAt.getTime() + 60_000));
  const minorUnits = reported * 10n;
  world.invoices.put({
    id: 'in_1',
    createdAt: MARCH.endsAt,
    lines: [usageLine(reported, line(MARCH), { minorUnits })],
  });
  await world.mirror.repair();
}
const prove = () => world.settlement.prove(CUSTOMER, MARCH.endsAt);
const complete = () => world.settlement.complete(DRAFT);
const bills = async () =>
  (
    await world.client.query(
      'select units::int, unreported::int, minor_units::int, invoice_id, state from farebox.late_bills order by starts_at',
    )
  ).rows;
/** The draft becomes final with the items that it got. */
async function finalize(): Promise<void> {
  const { lines = [] } = world.invoices.invoices.get('in_1') ?? {};
  const added = world.lateBilling.items.map(({ name, minorUnits }) => ({
    ...usageLine(1n, line(MARCH), { minorUnits, lateUsage: name }),
    usage: null,
  }));
  world.clock.advance(1_000);
  world.invoices.put({ id: 'in_1', status: 'paid', lines: [...lines, ...added] });
  await world.mirror.repair();
}
const verdicts = async () => ((await world.reconciliation.reconcile()) ?? []).map(({ verdict }) => verdict);

it('a draft waits while its period is not known to be over: the event of a cancellation may come after that of its invoice', async () => {
  await period(world, 'calls', MARCH);
  await calls(world, 12);
  world.clock.advance(2 * HOUR);
  world.invoices.put({ id: 'in_1', createdAt: FIRST.endsAt, lines: [usageLine(0n, line(FIRST))] });
  await world.mirror.repair();
  await expect(complete()).rejects.toThrow('not known to be over');
  expect(await bills()).toEqual([]);
  await world.client.query('update farebox.usage_periods set ends_at = $1, closed = true', [FIRST.endsAt]);
  await complete();
  expect(await bills()).toMatchObject([{ units: 12, minor_units: 120, invoice_id: 'in_1', state: 'billed' }]);
});

describe('a draft of a month', () => {
  beforeEach(async () => {
    await period(world, 'calls', MARCH);
    await calls(world, 12);
  });

  it('gets all usage, once; nothing is sent or asked for at the meters, and the invoice agrees with the ledger', async () => {
    expect(await verdicts()).toEqual(['equal']);
    await monthIsOver();
    expect(await verdicts()).toEqual(['pending']);
    expect(await prove()).toBe(true);
    await complete();
    await complete();
    expect(world.lateBilling.items).toMatchObject([
      {
        invoiceId: 'in_1',
        units: 12n,
        minorUnits: 120n,
        startsAt: MARCH.startsAt,
        endsAt: MARCH.endsAt,
        description: expect.not.stringContaining('not on the invoice'),
      },
    ]);
    await finalize();
    expect(await verdicts()).toEqual(['billed']);
    expect([world.sink.taken.length, world.sink.reads]).toEqual([0, 0]);
  });

  it.each(['lost before', 'lost after'] as const)(
    'cut off between decision and item (%s) gets it once',
    async (fault) => {
      await monthIsOver();
      world.lateBilling.faults.push(fault);
      await expect(complete()).rejects.toThrow();
      expect(await bills()).toMatchObject([{ units: 12, state: 'pending' }]);
      await complete();
      expect(world.lateBilling.items).toHaveLength(1);
      expect(await bills()).toMatchObject([{ units: 12, unreported: 12, state: 'billed' }]);
    },
  );

  it('gets only what Stripe has no line for, at the price of the whole', async () => {
    world.lateBilling.price = packages('1.00', 10);
    world.clock.set(new Date(MARCH.endsAt.getTime() + 60_000));
    world.invoices.put({
      id: 'in_1',
      createdAt: MARCH.endsAt,
      lines: [usageLine(8n, line(MARCH), { minorUnits: 100n })],
    });
    await world.mirror.repair();
    await complete();
    expect(world.lateBilling.items).toMatchObject([{ units: 4n, minorUnits: 100n }]);
  });

  it('in a trial, or with a price of nothing, gets no item', async () => {
    world.invoices.trials.set(SUBSCRIPTION, MARCH.endsAt);
    await monthIsOver();
    await complete();
    expect(await bills()).toEqual([]);
    world.invoices.trials.clear();
    world.lateBilling.price = perUnit('0');
    await complete();
    expect(world.lateBilling.items).toEqual([]);
    expect(await bills()).toMatchObject([{ units: 12, minor_units: 0, state: 'billed' }]);
  });

  it('is uninvoiced where the draft went out without it, and is billed by decision', async () => {
    await monthIsOver();
    world.clock.advance(1_000);
    world.invoices.put({ id: 'in_1', status: 'paid' });
    await world.mirror.repair();
    expect(await verdicts()).toEqual(['uninvoiced']);
    await world.lateUsages.bill({ customerId: CUSTOMER, meter: 'calls', startsAt: MARCH.startsAt });
    expect(world.lateBilling.items).toMatchObject([{ units: 12n, minorUnits: 120n, invoiceId: null }]);
    expect(await verdicts()).toEqual(['billed']);
  });

  it('waits while a call has no billing period yet', async () => {
    await world.client.query('delete from farebox.usage_periods');
    await calls(world, 1);
    await monthIsOver();
    expect(await prove()).toBe(false);
  });
});

it('a month without usage gets nothing', async () => {
  await period(world, 'calls', MARCH);
  await monthIsOver();
  await complete();
  expect(await bills()).toEqual([]);
});

it('each part of a month in which the price changed is an item at its price', async () => {
  await period(world, 'calls', FIRST);
  await period(world, 'calls', SECOND);
  await world.client.query(
    `update farebox.usage_periods set cycle_start = $1, closed = true, price_id = case when starts_at = $1 then 'price_1' else 'price_2' end`,
    [FIRST.startsAt],
  );
  world.lateBilling.known.push('price_2');
  await calls(world, 10);
  await calls(world, 5, SECOND.startsAt.getTime() + 1_000);
  world.clock.set(new Date(MARCH.endsAt.getTime() + 60_000));
  world.invoices.put({
    id: 'in_1',
    createdAt: MARCH.endsAt,
    lines: [usageLine(0n, line(SECOND), { priceId: 'price_2', minorUnits: 0n })],
  });
  await world.mirror.repair();
  await complete();
  expect(world.lateBilling.items.map(({ priceId, units }) => [priceId, units])).toEqual([
    ['price_1', 10n],
    ['price_2', 5n],
  ]);
});
