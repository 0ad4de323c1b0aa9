import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Invoice, unitsOf } from './support/compare.js';
import { DAY, monthsLater } from './support/oracle.js';
import { entryOf, type Member, People } from './support/people.js';
import { YearWorld } from './support/year-world.js';

const MINUTE = 60;
const FROM = Date.UTC(2028, 0, 10, 9, 0, 17) / 1000;
const END = monthsLater(FROM, 1);
const LAG_MS = 30 * MINUTE * 1000;

let world: YearWorld;
let people: People;
let member: Member;

beforeEach(async () => {
  world = await YearWorld.start((FROM - DAY) * 1000);
  people = new People(world);
  await world.moveTo(FROM * 1000);
  member = await people.signUp('late', 'standard');
  await world.stripe.control('meter-lag', { customer: member.customerId, lagMs: LAG_MS });
});
afterEach(() => world?.stop());

/** Time passes until then, and usage is reported, and drafts are looked after, as every few minutes. */
async function reportAt(at: number): Promise<void> {
  await world.moveTo(at * 1000);
  await world.report();
  await world.sweep('billing.invoice-holds');
  await world.listen();
}
async function call(count: number, at: number): Promise<void> {
  await world.write(Array.from({ length: count }, (_, n) => entryOf(member, 'standard', at * 1000 + n)));
}
/** The invoices of usage, oldest first. */
async function invoices(): Promise<{ status: string; cents: number; calls: number }[]> {
  const all = await world.stripe.list<Invoice>('invoices', { customer: member.customerId });
  return all
    .toSorted((a, b) => a.created - b.created)
    .map((invoice) => ({ status: invoice.status, cents: invoice.total, calls: Number(unitsOf(invoice)) }));
}
async function holds(): Promise<unknown[]> {
  return world.query(`select state, final_at is not null as final from invoice_holds`);
}

/** So long after the draft was made nothing is left to be shown. */
const LOOKS = [1, 5, 20, 45, 62, 80, 85, 120].map((minutes) => minutes * MINUTE);

describe.each([
  ['the end of a period', false],
  ['a cancellation', true],
])('calls that come in while the draft of %s could be released', (_what, cancels) => {
  it('are on it, though Stripe’s totals show them after the draft’s hour', async () => {
    const end = cancels ? END - 7 * DAY : END;
    await call(20, FROM + 5 * DAY);
    await reportAt(FROM + 6 * DAY);
    if (cancels) {
      await world.moveTo(end * 1000);
      await people.ask(member, 'cancel', { at: 'now' });
      await world.listen();
    }
    for (const after of LOOKS) {
      // They lay in the spool of another machine.
      if (after === 45 * MINUTE) await call(7, end - 30 * MINUTE);
      await reportAt(end + after);
    }
    expect(await invoices()).toEqual([{ status: 'paid', cents: 270, calls: 27 }]);
    expect(await holds()).toEqual([{ state: 'released', final: true }]);
    expect((await world.reconcile()).map(({ verdict }) => verdict)).toEqual(['equal']);
  });
});

it('calls that come in after the draft was released are uninvoiced, and billed once by an operator', async () => {
  await call(20, FROM + 5 * DAY);
  await reportAt(FROM + 6 * DAY);
  await reportAt(END + MINUTE);
  await reportAt(END + 62 * MINUTE);
  expect(await invoices()).toMatchObject([{ status: 'draft' }]);
  await call(7, END - 30 * MINUTE);
  await reportAt(END + 62 * MINUTE + 30);
  await reportAt(END + 64 * MINUTE);
  expect(await invoices()).toMatchObject([{ cents: 200, calls: 20 }]);
  await reportAt(END + 120 * MINUTE);
  const [row] = (await world.reconcile()).filter(({ verdict }) => verdict !== 'equal');
  expect(row).toMatchObject({ verdict: 'uninvoiced', ledger: '27' });
  const late = { customerId: member.customerId, meter: 'calls', startsAt: row?.startsAt ?? '' };
  expect(await world.billLate(late)).toMatchObject({ units: '7', minorUnits: '70' });
  await expect(world.billLate(late)).rejects.toThrow('There is no late usage');
  await call(5, END + DAY);
  await reportAt(END + 2 * DAY);
  const next = monthsLater(FROM, 2);
  for (const after of LOOKS) await reportAt(next + after);
  expect(await invoices()).toEqual([
    { status: 'paid', cents: 200, calls: 20 },
    { status: 'paid', cents: 120, calls: 12 },
  ]);
  expect((await world.reconcile()).map(({ verdict }) => verdict)).toEqual(['billed', 'equal']);
});
