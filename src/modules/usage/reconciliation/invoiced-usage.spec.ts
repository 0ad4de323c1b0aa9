import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { usageLine } from '../../../../test/support/fake-invoices.js';
import { packages, perUnit } from '../../../../test/support/fake-late-usage-billing.js';
import { CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import { calls, HOUR, MARCH, METERS, MINUTE, period, START } from '../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';
import type { Invoice } from '../../billing/ports/invoice-gateway.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.empty();
  await world.client.query('truncate farebox.invoice_holds, farebox.usage_checks');
  world.lateBilling.price = perUnit('0.10');
});

const PERIOD = { customerId: CUSTOMER, meter: 'calls', startsAt: MARCH.startsAt };
const LINE = { from: MARCH.startsAt, to: MARCH.endsAt };
const reconcile = async () => (await world.reconciliation.reconcile()) ?? [];
const verdict = async () => (await reconcile()).map((one) => one.verdict);
const bill = () => world.lateUsages.bill(PERIOD, 10_000);
const refusal = () =>
  bill().then(
    () => undefined,
    (error: { publicMessage: string }) => error.publicMessage,
  );
const invoice = (units: bigint, changed: Partial<Invoice> = {}) =>
  world.invoices.put({
    id: 'in_1',
    status: 'paid',
    createdAt: MARCH.endsAt,
    lines: [usageLine(units, LINE, { minorUnits: units * 10n })],
    ...changed,
  });

/** Fifty calls were reported in March, which is over for so long. */
async function march(agoMs = 15 * HOUR): Promise<void> {
  await period(world, 'calls');
  await calls(world, 50);
  await world.reporter.report();
  world.clock.set(new Date(MARCH.endsAt.getTime() + agoMs));
}

describe('usage that is on no invoice', () => {
  it('of a subscription that ended without one is uninvoiced, and billed once by an operator', async () => {
    await march();
    const [found] = await reconcile();
    expect(found).toMatchObject({
      verdict: 'uninvoiced',
      ledger: 50n,
      taken: 50n,
      stripe: 50n,
      invoicing: { units: 0n, shortfall: 50n },
    });
    expect((await world.checks.latest(1))[0]?.differences).toMatchObject([
      { verdict: 'uninvoiced', invoiced: '0', advice: 'bill it with: usage bill-late' },
    ]);
    expect(await bill()).toMatchObject({ n: 1, units: 50n, unreported: 0n, minorUnits: 500n });
    expect(world.lateBilling.items).toMatchObject([{ units: 50n, minorUnits: 500n }]);
    expect(await reconcile()).toMatchObject([{ verdict: 'billed', late: 50n, reported: 50n, taken: 50n }]);
    // What was reported already is not reported anew, nor taken back.
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
    expect(await refusal()).toContain('50 units of the period were billed late before');
    expect(world.lateBilling.items).toHaveLength(1);
  });

  it.each(['void', 'deleted'] as const)('as its invoice is %s, is uninvoiced', async (status) => {
    await march();
    if (status === 'void') invoice(50n, { status });
    else {
      invoice(50n, { status: 'draft' });
      expect(await verdict()).toEqual(['pending']);
      world.clock.advance(1_000);
      world.invoices.invoices.clear();
    }
    expect(await reconcile()).toMatchObject([
      { verdict: 'uninvoiced', invoicing: { shortfall: 50n, notes: [`in_1: ${status}`] } },
    ]);
    expect(await bill()).toMatchObject({ units: 50n });
  });

  it('in part is billed in part, at what one invoice would have charged', async () => {
    await march();
    world.lateBilling.price = packages('7.00', 8);
    invoice(40n, { lines: [usageLine(40n, LINE, { minorUnits: 3500n })] });
    expect(await verdict()).toEqual(['uninvoiced']);
    expect(await bill()).toMatchObject({ units: 10n, minorUnits: 1400n });
    expect(await verdict()).toEqual(['billed']);
  });

  it('of which some was found late too is billed with it, once', async () => {
    await march();
    invoice(40n);
    await world.client.query(
      `insert into farebox.invoice_holds (invoice_id, customer_id, state, lines, used_until, seen_at, release_after,
         next_attempt_at, ended_at, final_at) values ('in_1', $1, 'released', $2, $3, $3, $3, $3, $3, $3)`,
      [CUSTOMER, JSON.stringify([{ priceId: 'price_1', ...LINE }]), MARCH.endsAt],
    );
    await calls(world, 5, MARCH.startsAt.getTime() + HOUR);
    expect(await verdict()).toEqual(['late']);
    expect(await bill()).toMatchObject({ units: 15n, unreported: 5n, minorUnits: 150n });
    expect(await reconcile()).toMatchObject([{ verdict: 'billed', late: 15n, billed: 5n, reported: 50n }]);
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
  });

  it('of two operators at once is billed once', async () => {
    await march();
    const both = await Promise.allSettled([bill(), bill()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.lateBilling.items).toHaveLength(1);
  });

  it('and was billed late on an invoice that is void, is uninvoiced again', async () => {
    await march();
    await bill();
    const [item] = world.lateBilling.items;
    const late = { ...usageLine(1n, LINE), usage: null, lateUsage: item?.name ?? '', minorUnits: 500n };
    world.invoices.put({ id: 'in_2', status: 'open', createdAt: MARCH.endsAt, lines: [late] });
    expect(await verdict()).toEqual(['billed']);
    world.clock.advance(1_000);
    world.invoices.put({ id: 'in_2', status: 'void' });
    expect(await verdict()).toEqual(['uninvoiced']);
    expect(await bill()).toMatchObject({ n: 2, units: 50n });
    expect(await verdict()).toEqual(['billed']);
  });

  it('that the provider refuses to bill is uninvoiced again', async () => {
    await march();
    world.lateBilling.faults.push('refused');
    expect(await refusal()).toContain('refuses');
    expect(await verdict()).toEqual(['uninvoiced']);
    expect(await bill()).toMatchObject({ n: 2, units: 50n });
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
  });
});

describe('usage that may be invoiced yet', () => {
  it('is pending while its invoice may come, or is a draft; nothing is billed then', async () => {
    await march(HOUR);
    expect(await verdict()).toEqual(['pending']);
    expect(await refusal()).toContain('is a draft or not created yet');
    world.clock.advance(30 * HOUR);
    invoice(50n, { status: 'draft' });
    expect(await verdict()).toEqual(['pending']);
    expect(await refusal()).toContain('is a draft or not created yet');
    expect(world.lateBilling.items).toEqual([]);
    world.clock.advance(1_000);
    invoice(50n, { status: 'open' });
    expect(await verdict()).toEqual(['equal']);
  });

  it('is pending while it waits at Stripe as an invoice item', async () => {
    await march();
    world.invoices.pending.push({ priceId: 'price_1', ...LINE });
    expect(await verdict()).toEqual(['pending']);
    expect(await refusal()).toContain('is a draft or not created yet');
    world.invoices.pending.length = 0;
    expect(await verdict()).toEqual(['uninvoiced']);
  });

  it('of a period that runs is as before', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.reporter.report();
    world.clock.advance(10 * MINUTE);
    expect(await verdict()).toEqual(['equal']);
    // Nothing is asked of Stripe beside the list of invoices.
    expect(world.invoices.requests).toBe(1);
  });

  it('of a trial is free', async () => {
    await march();
    world.invoices.trials.set(SUBSCRIPTION, MARCH.endsAt);
    expect(await reconcile()).toMatchObject([
      { verdict: 'equal', invoicing: { notes: ['trial: nothing is charged'] } },
    ]);
  });
});

describe('usage that is on invoices', () => {
  it('is equal, also when nobody pays or it was credited', async () => {
    await march();
    invoice(50n, { status: 'uncollectible' });
    expect(await reconcile()).toMatchObject([
      { verdict: 'equal', invoicing: { units: 50n, notes: ['in_1: uncollectible'] } },
    ]);
    world.clock.advance(1_000);
    invoice(50n, { status: 'paid', amountCredited: 500n });
    expect(await reconcile()).toMatchObject([{ verdict: 'equal', invoicing: { units: 50n } }]);
  });

  it('more than was used is overinvoiced, and never taken back by itself', async () => {
    await march();
    invoice(53n);
    expect(await reconcile()).toMatchObject([{ verdict: 'overinvoiced', invoicing: { shortfall: -3n } }]);
    expect(await refusal()).toContain('credit note');
    expect(world.lateBilling.items).toEqual([]);
  });

  it('is not billed further where its lines charge something else than the price', async () => {
    await march();
    invoice(40n, { lines: [usageLine(40n, LINE, { minorUnits: 500n })] });
    expect(await verdict()).toEqual(['uninvoiced']);
    expect(await refusal()).toContain('which is not what the price charges');
    expect(world.lateBilling.items).toEqual([]);
  });
});
