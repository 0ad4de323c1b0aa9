import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { usageLine } from '../../../../test/support/fake-invoices.js';
import { perUnit } from '../../../../test/support/fake-late-usage-billing.js';
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
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());

/** Ten calls at the price that was left, five at the next; all reported, and the cycle is over. */
beforeEach(async () => {
  await world.empty();
  world.lateBilling.price = perUnit('0.10');
  await period(world, 'calls', FIRST);
  await period(world, 'calls', SECOND);
  await world.client.query(
    `update farebox.usage_periods set cycle_start = $1, closed = true, price_id = case when starts_at = $1 then 'price_1' else 'price_2' end`,
    [FIRST.startsAt],
  );
  await calls(world, 10);
  await calls(world, 5, SECOND.startsAt.getTime() + 1_000);
  world.clock.set(new Date(SECOND.startsAt.getTime() + 2 * HOUR));
  await world.reporter.report();
  world.clock.set(new Date(MARCH.endsAt.getTime() + 60_000));
});

/** The draft as Stripe has it. @param left units of the item for the price that was left; null: there is none. */
async function draft(left: bigint | null, kept: bigint, minorUnits = (left ?? 0n) * 10n): Promise<void> {
  const item = left === null ? [] : [usageLine(left, line(FIRST), { minorUnits })];
  const rest = usageLine(kept, line(SECOND), { priceId: 'price_2', minorUnits: kept * 10n });
  world.invoices.put({ id: 'in_1', createdAt: MARCH.endsAt, lines: [...item, rest] });
  await world.mirror.repair();
}
/** What became of the item: it is a line of the draft now. */
async function showItems(): Promise<void> {
  const { lines = [] } = world.invoices.invoices.get('in_1') ?? {};
  const added = world.lateBilling.items.map(({ name, minorUnits }) => ({
    ...usageLine(1n, line(FIRST), { minorUnits, lateUsage: name }),
    usage: null,
  }));
  world.clock.advance(1_000);
  world.invoices.put({ id: 'in_1', lines: [...lines, ...added] });
  await world.mirror.repair();
}
const complete = () => world.settlement.complete(DRAFT);
const bills = async () =>
  (
    await world.client.query(
      'select units::int, unreported::int, minor_units::int, invoice_id, state from farebox.late_bills',
    )
  ).rows;

describe('a draft that is about to be released', () => {
  it('lacks what was reported after the change: it is added to this draft, once', async () => {
    await draft(7n, 5n);
    await complete();
    await complete();
    expect(world.lateBilling.items).toMatchObject([
      { invoiceId: 'in_1', units: 3n, minorUnits: 30n, startsAt: FIRST.startsAt, endsAt: FIRST.endsAt },
    ]);
    await showItems();
    await complete();
    expect(await bills()).toEqual([
      { units: 3, unreported: 0, minor_units: 30, invoice_id: 'in_1', state: 'billed' },
    ]);
    world.clock.advance(1_000);
    world.invoices.put({ id: 'in_1', status: 'paid' });
    const compared = (await world.reconciliation.reconcile()) ?? [];
    expect(compared.map(({ verdict }) => verdict)).toEqual(['billed', 'equal']);
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
  });

  it('without an item for the price that was left lacks all of it', async () => {
    await draft(null, 5n);
    await complete();
    expect(world.lateBilling.items).toMatchObject([{ invoiceId: 'in_1', units: 10n, minorUnits: 100n }]);
  });

  it('that was cut off is finished as it was decided', async () => {
    await draft(7n, 5n);
    world.lateBilling.faults.push('lost after');
    await expect(complete()).rejects.toThrow('does not answer');
    await complete();
    expect(world.lateBilling.items).toHaveLength(1);
    expect(await bills()).toMatchObject([{ units: 3, state: 'billed' }]);
  });

  it('whose item Stripe refuses goes out without it, and is uninvoiced', async () => {
    await draft(7n, 5n);
    world.lateBilling.faults.push('refused');
    await complete();
    expect(await bills()).toMatchObject([{ state: 'refused' }]);
  });

  it.each([
    ['has all', 10n, 5n],
    ['has what Stripe billed at the next price', 7n, 8n],
    ['has more than was used', 12n, 5n],
    // What is kept to the end of the period is counted anew by Stripe when it makes the draft final.
    ['shows less of the price that is kept', 10n, 2n],
  ])('and %s is left as it is', async (_what, left, kept) => {
    await draft(left, kept);
    await complete();
    expect(world.lateBilling.items).toEqual([]);
    expect(await bills()).toEqual([]);
  });

  it('whose lines charge something else than the price, or that bills another cycle, is left as it is', async () => {
    await draft(7n, 5n, 99n);
    await complete();
    world.invoices.put({
      id: 'in_1',
      lines: [usageLine(5n, { from: MARCH.endsAt, to: new Date(MARCH.endsAt.getTime() + HOUR) })],
    });
    await world.mirror.repair();
    await complete();
    expect(await bills()).toEqual([]);
  });

  it('after a trial is left as it is', async () => {
    await draft(7n, 5n);
    world.invoices.trials.set(SUBSCRIPTION, FIRST.endsAt);
    await complete();
    expect(await bills()).toEqual([]);
  });
});
