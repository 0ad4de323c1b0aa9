import { describe, expect, it } from '@jest/globals';
import type { InvoicedLine } from '../../billing/index.js';
import { type BillablePart, compareInvoices } from './compare-invoices.js';

const HOUR = 3_600_000;
const SETTLED = 14 * HOUR;
const at = (day: number): Date => new Date(Date.UTC(2026, 2, day));
const [START, MIDDLE, END] = [at(1), at(10), at(31)];
const LATER = new Date(END.getTime() + SETTLED + 1);

const part = (due: bigint, changed: Partial<BillablePart> = {}): BillablePart => ({
  customerId: 'cus_1',
  providerMeter: 'mtr_1',
  subscriptionId: 'sub_1',
  priceId: 'price_1',
  cycleStart: START,
  startsAt: START,
  endsAt: END,
  closed: true,
  due,
  late: 0n,
  ...changed,
});
const line = (quantity: bigint, changed: Partial<InvoicedLine> = {}): InvoicedLine => ({
  invoiceId: 'in_1',
  status: 'paid',
  customerId: 'cus_1',
  priceId: 'price_1',
  providerMeter: 'mtr_1',
  from: START,
  to: END,
  quantity,
  packageSize: 1,
  minorUnits: quantity * 10n,
  lateUsage: null,
  returned: { currency: 'usd', credited: 0n, refunded: 0n, disputed: 0n },
  ...changed,
});
const compare = (parts: BillablePart[], lines: InvoicedLine[], now = LATER, draft?: string) =>
  compareInvoices(parts, lines, now, SETTLED, draft).map(({ state, shortfall, units }) => [
    state,
    Number(shortfall),
    Number(units),
  ]);

describe('a period and its invoice', () => {
  it('has what came back of each invoice once, however many lines it has', () => {
    const returned = { currency: 'usd', credited: 300n, refunded: 20n, disputed: 0n };
    const other = { invoiceId: 'in_2', returned: { ...returned, credited: 0n, disputed: 5n } };
    const lines = [line(2n, { returned }), line(1n, { returned }), line(2n, other)];
    expect(compareInvoices([part(5n)], lines, LATER, SETTLED)[0]?.returned).toEqual({
      currency: 'usd',
      credited: 300n,
      refunded: 40n,
      disputed: 5n,
    });
    expect(compareInvoices([part(5n)], [], LATER, SETTLED)[0]?.returned).toBeNull();
  });

  it('that agree are final, whatever became of the payment', () => {
    for (const status of ['open', 'paid', 'uncollectible'] as const)
      expect(compare([part(5n)], [line(5n, { status })], END)).toEqual([['final', 0, 5]]);
    expect(
      compareInvoices([part(5n)], [line(5n, { status: 'uncollectible' })], END, SETTLED)[0]?.notes,
    ).toEqual(['in_1: uncollectible']);
  });

  it('that runs, or has a draft, says nothing yet', () => {
    expect(compare([part(5n, { closed: false })], [], at(20))).toEqual([['runs', 5, 0]]);
    expect(compare([part(5n)], [line(3n, { status: 'draft' })])).toEqual([['pending', 5, 0]]);
    // Two invoices, of which one is not final.
    const both = [line(2n), line(3n, { status: 'draft', invoiceId: 'in_2' })];
    expect(compare([part(5n)], both)).toEqual([['pending', 3, 2]]);
  });

  it('that has none is uninvoiced when none can come any more, and not before', () => {
    const due = new Date(END.getTime() + SETTLED);
    expect(compare([part(5n)], [], due)).toEqual([['pending', 5, 0]]);
    expect(compare([part(5n)], [], LATER)).toEqual([['final', 5, 0]]);
    expect(compare([part(0n)], [], END)).toEqual([['final', 0, 0]]);
  });

  it('that is void, or was deleted, has none', () => {
    for (const status of ['void', 'deleted'] as const)
      expect(compareInvoices([part(5n)], [line(5n, { status })], LATER, SETTLED)).toEqual([
        expect.objectContaining({ state: 'final', shortfall: 5n, units: 0n, notes: [`in_1: ${status}`] }),
      ]);
    expect(compare([part(5n)], [line(5n, { status: 'void' }), line(5n, { invoiceId: 'in_2' })])).toEqual([
      ['final', 0, 5],
    ]);
  });

  it('that differ do so by what was billed late too', () => {
    expect(compare([part(8n)], [line(5n)])).toEqual([['final', 3, 5]]);
    expect(compare([part(8n, { late: 3n })], [line(5n)])).toEqual([['final', 0, 5]]);
    expect(compare([part(5n)], [line(8n)])).toEqual([['final', -3, 8]]);
  });

  it('of packages agree while what is due fits into them', () => {
    const packages = line(2n, { packageSize: 4 });
    for (const due of [5n, 8n]) expect(compare([part(due)], [packages])).toEqual([['final', 0, Number(due)]]);
    expect(compare([part(9n)], [packages])).toEqual([['final', 1, 8]]);
    expect(compare([part(4n)], [packages])).toEqual([['final', -4, 8]]);
  });

  it('are of one customer, meter and price', () => {
    for (const other of [{ customerId: 'cus_2' }, { providerMeter: 'mtr_2' }, { priceId: 'price_2' }])
      expect(compare([part(5n)], [line(5n, other)])).toEqual([['final', 5, 0]]);
    const before = { from: at(-30), to: START };
    expect(compare([part(5n)], [line(5n, before), line(5n)])[0]?.[1]).toBe(-5);
    const earlier = part(5n, { startsAt: at(-30), cycleStart: at(-30), endsAt: START });
    expect(compare([earlier, part(5n)], [line(5n, before), line(5n)])).toEqual([
      ['final', 0, 5],
      ['final', 0, 5],
    ]);
  });
});

describe('a cycle that a change of price divides', () => {
  const first = (due: bigint) => part(due, { endsAt: MIDDLE });
  const second = (due: bigint, changed: Partial<BillablePart> = {}) =>
    part(due, { priceId: 'price_2', startsAt: MIDDLE, ...changed });
  const firstLine = (units: bigint, changed: Partial<InvoicedLine> = {}) =>
    line(units, { to: MIDDLE, ...changed });
  const secondLine = (units: bigint, changed: Partial<InvoicedLine> = {}) =>
    line(units, { priceId: 'price_2', from: MIDDLE, ...changed });

  it('says nothing of the price that was left until the invoice of the whole cycle is final', () => {
    const running = second(4n, { closed: false });
    expect(compare([first(5n), running], [firstLine(3n)], at(25))).toEqual([
      ['pending', 2, 3],
      ['runs', 4, 0],
    ]);
    const draft = { status: 'draft' } as const;
    expect(compare([first(5n), second(4n)], [firstLine(3n, draft), secondLine(4n, draft)])).toEqual([
      ['pending', 5, 0],
      ['pending', 4, 0],
    ]);
    expect(compare([first(5n), second(4n)], [firstLine(3n), secondLine(4n)], END)).toEqual([
      ['final', 2, 3],
      ['final', 0, 4],
    ]);
    // The draft that is about to become final.
    const drafted = [firstLine(3n, draft), secondLine(4n, draft)];
    expect(compare([first(5n), second(4n)], drafted, END, 'in_1')).toEqual([
      ['final', 2, 3],
      ['final', 0, 4],
    ]);
  });

  it('takes what one price has too much for what another lacks: it was billed once', () => {
    expect(compare([first(5n), second(4n)], [firstLine(3n), secondLine(6n)])).toEqual([
      ['final', 0, 5],
      ['final', 0, 4],
    ]);
    expect(compare([first(5n), second(4n)], [firstLine(3n), secondLine(5n)])).toEqual([
      ['final', 1, 4],
      ['final', 0, 4],
    ]);
    // Of another cycle it is another's.
    const next = second(4n, { cycleStart: END, startsAt: END, endsAt: at(60) });
    const nextLine = line(6n, { priceId: 'price_2', from: END, to: at(60) });
    expect(compare([first(5n), next], [firstLine(3n), nextLine], at(90))).toEqual([
      ['final', 2, 3],
      ['final', -2, 6],
    ]);
  });

  it('to a price and back has a line for each part', () => {
    const parts = [first(5n), second(4n, { endsAt: at(20) }), part(3n, { startsAt: at(20), endsAt: END })];
    const lines = [firstLine(5n), secondLine(4n, { to: at(20) }), line(3n, { from: at(20) })];
    expect(compare(parts, lines)).toEqual([
      ['final', 0, 5],
      ['final', 0, 4],
      ['final', 0, 3],
    ]);
  });
});
