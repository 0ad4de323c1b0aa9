import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Invoice, unitsOf } from './support/compare.js';
import { DAY, monthsLater } from './support/oracle.js';
import { entryOf, type Member, People } from './support/people.js';
import { YearWorld } from './support/year-world.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const FROM = Date.UTC(2028, 0, 10, 9, 0, 17) / 1000;
const END = monthsLater(FROM, 1);
/** No invoice of the period can come any more. */
const SETTLED = 15 * HOUR;

let world: YearWorld;
let people: People;
let member: Member;

/** A month with 20 calls, at 0.10 each; then no webhook arrives any more. */
beforeEach(async () => {
  world = await YearWorld.start((FROM - DAY) * 1000);
  people = new People(world);
  await world.moveTo(FROM * 1000);
  member = await people.signUp('unheard', 'standard');
  await call(20, FROM + 5 * DAY);
  await world.moveTo((FROM + 6 * DAY) * 1000);
  await world.report();
  world.loseWebhooks(true);
});
afterEach(() => world?.stop());

const call = (count: number, at: number): Promise<void> =>
  world.write(Array.from({ length: count }, (_, n) => entryOf(member, 'standard', at * 1000 + n)));

/** Time passes until then, and webhooks arrive again: those of then, not those that were lost. */
async function recover(at: number): Promise<void> {
  world.loseWebhooks(false);
  for (const later of [0, 5 * MINUTE, 65 * MINUTE, 75 * MINUTE]) {
    await world.moveTo((at + later) * 1000);
    await world.report();
    await world.sweep('billing.draft-search');
    await world.sweep('billing.invoice-holds');
    await world.listen();
  }
}
const listed = async (): Promise<Invoice[]> =>
  (await world.stripe.list<Invoice>('invoices', { customer: member.customerId })).toSorted(
    (a, b) => a.created - b.created,
  );
const invoices = async () =>
  (await listed()).map((invoice) => [invoice.status, invoice.total, Number(unitsOf(invoice))]);
const draftAt = async (at: number): Promise<string> => {
  await world.moveTo(at * 1000);
  const draft = (await listed()).at(-1);
  expect(draft?.status).toBe('draft');
  return String(draft?.id);
};
const holds = () => world.query(`select state, final_at is not null as final from invoice_holds`);
/** Of the month, however many come after it. */
const reconciled = async () => (await world.reconcile())[0];
const billLate = async () =>
  world.billLate({ customerId: member.customerId, meter: 'calls', startsAt: (await reconciled())!.startsAt });

describe('an invoice of which no webhook arrived', () => {
  it('as a draft is held by the search, and has what was called before its end', async () => {
    await call(5, END - HOUR);
    await draftAt(END + MINUTE);
    await recover(END + 10 * MINUTE);
    expect(await holds()).toEqual([{ state: 'released', final: true }]);
    expect(await invoices()).toEqual([['paid', 250, 25]]);
    expect(await reconciled()).toMatchObject({ verdict: 'equal', ledger: '25' });
  });

  it('finalized by hand in the dashboard: what it lacks is late, and billed once by an operator', async () => {
    await call(5, END - HOUR);
    const draft = await draftAt(END + MINUTE);
    await world.stripe.post(`invoices/${draft}/finalize`);
    await recover(END + 10 * MINUTE);
    expect((await invoices())[0]).toEqual([expect.stringMatching(/open|paid/), 200, 20]);
    await world.moveTo((END + SETTLED) * 1000);
    expect(await reconciled()).toMatchObject({ verdict: 'late', ledger: '25' });
    expect(await billLate()).toMatchObject({ units: '5', minorUnits: '50' });
    await expect(billLate()).rejects.toThrow('There is no late usage');
    expect(await reconciled()).toMatchObject({ verdict: 'billed' });
  });

  it('voided in the dashboard: all of it is uninvoiced, and billed once by an operator', async () => {
    const draft = await draftAt(END + MINUTE);
    await world.stripe.post(`invoices/${draft}/finalize`, { auto_advance: 'false' });
    await world.stripe.post(`invoices/${draft}/void`);
    await recover(END + 10 * MINUTE);
    await world.moveTo((END + SETTLED) * 1000);
    expect(await reconciled()).toMatchObject({ verdict: 'uninvoiced', ledger: '20' });
    expect(await billLate()).toMatchObject({ units: '20', minorUnits: '200' });
    await expect(billLate()).rejects.toThrow('There is no late usage');
  });

  it('deleted in the dashboard as a draft: all of it is uninvoiced, and billed once by an operator', async () => {
    const invoice = await draftAt(END + MINUTE);
    await world.stripe.control('deleted-drafts', { invoice });
    await recover(END + 10 * MINUTE);
    await world.moveTo((END + SETTLED) * 1000);
    expect(await reconciled()).toMatchObject({ verdict: 'uninvoiced', ledger: '20' });
    expect(await billLate()).toMatchObject({ units: '20', minorUnits: '200' });
    await expect(billLate()).rejects.toThrow('There is no late usage');
  });

  it('whose events arrive when it is final, the latest first: it is billed once, and equal', async () => {
    await draftAt(END + MINUTE);
    await world.moveTo((END + 2 * HOUR) * 1000);
    expect(await invoices()).toEqual([['paid', 200, 20]]);
    world.loseWebhooks(false);
    await world.deliverLost();
    await recover(END + 3 * HOUR);
    expect(await holds()).toEqual([{ state: 'missed', final: true }]);
    expect(await invoices()).toEqual([['paid', 200, 20]]);
    expect(await reconciled()).toMatchObject({ verdict: 'equal', ledger: '20' });
  });

  it('at the end of a subscription that was cancelled in the dashboard: held by the search, and equal', async () => {
    const ends = END - 7 * DAY;
    await world.moveTo(ends * 1000);
    await people.endInDashboard(member, { invoice: true });
    await draftAt(ends + MINUTE);
    await recover(ends + 10 * MINUTE);
    expect(await invoices()).toEqual([['paid', 200, 20]]);
    await world.moveTo((ends + SETTLED) * 1000);
    expect(await reconciled()).toMatchObject({ verdict: 'equal', ledger: '20' });
  });
});
