import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MeterDefinition } from '../../../catalog/index.js';
import { chargeFor } from '../../../catalog/index.js';
import { usageLine } from '../../../../test/support/fake-invoices.js';
import { packages, perUnit } from '../../../../test/support/fake-late-usage-billing.js';
import { CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CALLS: MeterDefinition = {
  name: 'calls',
  displayName: 'API calls',
  eventName: 'calls',
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: HOUR,
};
const START = new Date('2026-03-10T12:00:20Z');
const MARCH = { startsAt: new Date('2026-03-01T10:00:30Z'), endsAt: new Date('2026-04-01T10:00:30Z') };
const PERIOD = { customerId: CUSTOMER, meter: 'calls', startsAt: MARCH.startsAt };

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld([CALLS], START);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.empty();
  await world.client.query('truncate farebox.invoice_holds, farebox.usage_checks');
  world.lateBilling.price = perUnit('0.105');
});

const calls = (count: number, startedAt = MARCH.startsAt.getTime() + HOUR) =>
  world.call(...Array.from({ length: count }, () => ({ startedAt })));
const march = () =>
  world.period({ customerId: CUSTOMER, subscriptionId: SUBSCRIPTION, providerMeter: 'mtr_calls', ...MARCH });
const verdict = async () => (await world.reconciliation.reconcile())?.map((one) => one.verdict);
const bill = () => world.lateUsages.bill(PERIOD);
const decisions = async () =>
  (
    await world.client.query(
      'select n, units, minor_units, state, item_id from farebox.late_bills order by n',
    )
  ).rows;

/** Five calls were told, and the invoice of March is final; then `late` more come. */
async function finalWithLate(late: number): Promise<void> {
  await march();
  await calls(5);
  await world.reporter.report();
  world.clock.set(new Date(MARCH.endsAt.getTime() + 2 * HOUR));
  const lines = JSON.stringify([{ priceId: 'price_1', from: MARCH.startsAt, to: MARCH.endsAt }]);
  await world.client.query(
    `insert into farebox.invoice_holds (invoice_id, customer_id, state, lines, used_until, seen_at, release_after,
       next_attempt_at, ended_at, final_at)
     values ('in_1', $1, 'released', $2, $3, $3, $3, $3, $3, $4)`,
    [CUSTOMER, lines, MARCH.endsAt, new Date(MARCH.endsAt.getTime() + HOUR)],
  );
  invoice('price_1');
  if (late > 0) await calls(late);
}

/** The invoice of March, with the five calls that were told. */
function invoice(priceId: string): void {
  const minorUnits = chargeFor(world.lateBilling.price, 5n).minorUnits;
  const { startsAt: from, endsAt: to } = MARCH;
  const lines = [usageLine(5n, { from, to }, { priceId, minorUnits })];
  world.invoices.put({ id: 'in_1', status: 'paid', createdAt: to, lines });
}

describe('late usage', () => {
  it('is billed once, with all that the invoice says of it, and the books are settled', async () => {
    await finalWithLate(3);
    expect(await verdict()).toEqual(['late']);
    // 8 × 10.5 cents = 84; 5 were billed as 53.
    expect(await bill()).toMatchObject({ n: 1, units: 3n, minorUnits: 31n, currency: 'usd', itemId: 'ii_1' });
    expect(world.lateBilling.items).toEqual([
      expect.objectContaining({
        name: `late-usage:calls:${CUSTOMER}:${MARCH.startsAt.getTime() / 1_000}:1`,
        description:
          'API calls: 3 units of 2026-03-01 10:00 UTC to 2026-04-01 10:00 UTC, not on the invoice of that period',
        customerId: CUSTOMER,
        ...MARCH,
        units: 3n,
        minorUnits: 31n,
      }),
    ]);
    expect(await world.reconciliation.reconcile()).toMatchObject([
      { verdict: 'billed', ledger: 8n, meterValue: 8n, reported: 5n, taken: 5n, billed: 3n, stripe: 5n },
    ]);
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
    await expect(bill()).rejects.toThrow('3 units of the period were billed late before');
    expect(world.lateBilling.items).toHaveLength(1);
  });

  it('that comes later still is the next number, for the difference alone', async () => {
    await finalWithLate(3);
    await bill();
    await calls(2);
    expect(await verdict()).toEqual(['late']);
    // 10 × 10.5 cents = 105; 84 were billed.
    expect(await bill()).toMatchObject({ n: 2, units: 2n, minorUnits: 21n, itemId: 'ii_2' });
    expect(await verdict()).toEqual(['billed']);
  });

  it.each(['lost before', 'lost after'] as const)(
    'is billed once when the request is %s, and as it was decided',
    async (fault) => {
      await finalWithLate(3);
      world.lateBilling.faults.push(fault);
      await expect(bill()).rejects.toThrow('does not answer');
      expect(await decisions()).toMatchObject([{ n: 1, state: 'pending' }]);
      expect(await verdict()).toEqual(['late']);
      await calls(4);
      expect(await bill()).toMatchObject({ n: 1, units: 3n, minorUnits: 31n });
      expect(await bill()).toMatchObject({ n: 2, units: 4n });
      expect(world.lateBilling.items.map(({ units }) => units)).toEqual([3n, 4n]);
    },
  );

  it('that was decided and cut off is finished by the sweep', async () => {
    await finalWithLate(3);
    world.lateBilling.faults.push('lost after');
    await bill().catch(() => undefined);
    await world.lateUsages.finish();
    expect(await decisions()).toMatchObject([{ state: 'pending' }]);
    world.clock.advance(61_000);
    await world.lateUsages.finish();
    await world.lateUsages.finish();
    expect(await decisions()).toEqual([
      { n: 1, units: '3', minor_units: '31', state: 'billed', item_id: 'ii_1' },
    ]);
    expect(world.lateBilling.items).toHaveLength(1);
  });

  it('that the provider refuses is late again, and the number is used up', async () => {
    await finalWithLate(3);
    world.lateBilling.faults.push('refused');
    await expect(bill()).rejects.toThrow('Stripe refuses it');
    expect(await verdict()).toEqual(['late']);
    expect(await bill()).toMatchObject({ n: 2, units: 3n });
    expect(await decisions()).toMatchObject([{ state: 'refused' }, { state: 'billed', item_id: 'ii_1' }]);
  });

  it('that costs nothing more is settled without an item', async () => {
    world.lateBilling.price = packages('10.00', 8);
    await finalWithLate(3);
    expect(await bill()).toMatchObject({ units: 3n, minorUnits: 0n, itemId: null });
    expect(world.lateBilling.items).toEqual([]);
    expect(await verdict()).toEqual(['billed']);
  });

  it('that the provider takes no events of any more is late, whatever its invoice', async () => {
    await march();
    await calls(2);
    world.clock.set(new Date(MARCH.endsAt.getTime() + 36 * DAY));
    expect(await world.reporter.report()).toMatchObject({ unreportable: [{ reason: 'older_than_35_days' }] });
    expect(await verdict()).toEqual(['late']);
    world.clock.advance(100 * DAY);
    expect(await bill()).toMatchObject({ units: 2n, minorUnits: 21n });
    expect(await world.reporter.report()).toMatchObject({ unreportable: [] });
  });

  it('of two at once is billed once', async () => {
    await finalWithLate(3);
    const both = await Promise.allSettled([
      world.lateUsages.bill(PERIOD, 20_000),
      world.lateUsages.bill(PERIOD, 20_000),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.lateBilling.items).toHaveLength(1);
  });
});

describe('nothing is billed', () => {
  const refusal = (changed: Partial<typeof PERIOD> = {}) =>
    world.lateUsages.bill({ ...PERIOD, ...changed }).then(
      () => undefined,
      (error: { code: string; publicMessage: string }) => [error.code, error.publicMessage],
    );

  it('when nothing is late', async () => {
    await finalWithLate(0);
    expect(await refusal()).toEqual(['change_refused', 'There is no late usage: all usage was reported.']);
  });

  it('of a period whose invoice is not final', async () => {
    await march();
    await calls(5);
    expect(await refusal()).toEqual(['change_refused', expect.stringContaining('the next report includes')]);
  });

  it('of a customer, meter or period that is not known', async () => {
    await finalWithLate(3);
    expect(await refusal({ customerId: 'cus_other' })).toEqual([
      'not_found',
      expect.stringContaining('cus_other'),
    ]);
    expect(await refusal({ meter: 'bytes' })).toEqual(['not_found', 'The catalog has no meter "bytes".']);
    expect(await refusal({ startsAt: new Date('2026-03-02T00:00:00Z') })).toEqual([
      'not_found',
      expect.stringContaining('began at 2026-03-02'),
    ]);
  });

  it('while the books differ otherwise', async () => {
    await finalWithLate(3);
    const [provider] = await world.sink.meters();
    if (!provider) throw new Error('there is a meter');
    await world.sink.send({
      meter: provider,
      customerId: CUSTOMER,
      identifier: 'other',
      at: MARCH.startsAt,
      value: 2n,
    });
    // Counted from the first whole minute of the period on.
    await world.sink.send({
      meter: provider,
      customerId: CUSTOMER,
      identifier: 'more',
      at: new Date(MARCH.startsAt.getTime() + HOUR),
      value: 2n,
    });
    expect(await refusal()).toEqual(['change_refused', expect.stringContaining('usage adjust')]);
    await world.client.query('update farebox.meter_usage set value = value + 1');
    expect(await refusal()).toEqual([
      'change_refused',
      expect.stringContaining('the recorded calls sum to 8'),
    ]);
  });

  it('of a price that cannot be worked out', async () => {
    await finalWithLate(3);
    await world.client.query(`update farebox.usage_periods set price_id = 'price_2'`);
    await world.client.query(
      `update farebox.invoice_holds set lines = replace(lines::text, 'price_1', 'price_2')::json`,
    );
    invoice('price_2');
    expect(await refusal()).toEqual(['change_refused', 'the price price_2 is unknown']);
    expect(await decisions()).toEqual([]);
  });
});
