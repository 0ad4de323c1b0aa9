import type { InvoicedLine, Returned } from '../../billing/index.js';

/** A part of a billing cycle at one price, and its usage. Times are UTC. */
export interface BillablePart {
  customerId: string;
  providerMeter: string;
  subscriptionId: string;
  priceId: string;
  cycleStart: Date;
  startsAt: Date;
  endsAt: Date;
  /** Whether another price follows, or the item is gone. */
  closed: boolean;
  /** Units that are to be on invoices. */
  due: bigint;
  /** Units that were billed late, as items of their own. */
  late: bigint;
}

/** The invoiced units of a part. */
export interface Invoiced {
  /** Units on lines of final invoices, including those on the line of another price of the cycle. */
  units: bigint;
  /** Of these, units on the line of another price. */
  moved: bigint;
  /** Due units, less those on invoices and those billed late; less than 0: too many are billed. */
  shortfall: bigint;
  /** The charge of its own lines, in whole minor units, and its units; null without lines. */
  charged: { units: bigint; minorUnits: bigint } | null;
  /**
   * `runs`: nothing can be on an invoice yet. `pending`: it is, or may come to be, on one that is not final. `final`:
   * nothing more comes automatically.
   */
  state: 'runs' | 'pending' | 'final';
  /** Remarks on its invoices: for example, that one is void. */
  notes: string[];
  /** Of all its lines. */
  invoiceIds: string[];
  /** Credits, refunds and disputes of these invoices, whatever else they bill; null without any. */
  returned: Returned | null;
}

type Holding = { part: BillablePart; lines: InvoicedLine[]; found: Invoiced };

const FINAL: readonly string[] = ['open', 'paid', 'uncollectible'];

/**
 * Matches invoice lines with the parts of cycles that they bill: a line belongs to the part of its price with which it
 * shares most time.
 *
 * Stripe's words leave open at which price usage is billed that was reported after a change of price, but with a time
 * before it ("the price that was in effect when the usage was reported"): where one price of a cycle has a shortfall and
 * another an excess, the usage was billed once, and counts for the part with the shortfall. Until the invoice of the
 * whole cycle is final, no result is given for a price that was left.
 * @param settledMs how long after its end a cycle without an invoice is taken to have none.
 * @param asFinal a draft whose lines count, as it is about to become final.
 */
export function compareInvoices(
  parts: readonly BillablePart[],
  lines: readonly InvoicedLine[],
  now: Date,
  settledMs: number,
  asFinal?: string,
): Invoiced[] {
  const isFinal = ({ status, invoiceId }: InvoicedLine): boolean =>
    FINAL.includes(status) || (status === 'draft' && invoiceId === asFinal);
  const holdings = parts.map((part): Holding => ({ part, lines: [], found: nothingOf(part) }));
  for (const line of lines) placeOf(holdings, line)?.lines.push(line);
  for (const holding of holdings) addUp(holding, isFinal);
  for (const cycle of cyclesOf(holdings)) {
    const drafts = cycle.some(({ lines: held }) =>
      held.some((line) => line.status === 'draft' && !isFinal(line)),
    );
    const last = cycle.reduce((one, other) => (other.part.startsAt > one.part.startsAt ? other : one));
    const billed = last.lines.some(isFinal);
    for (const holding of cycle) {
      const { part, found } = holding;
      const over = now.getTime() - last.part.endsAt.getTime() > settledMs;
      const nothing = part.due === 0n && holding.lines.length === 0;
      if (runs(part, now)) found.state = 'runs';
      else if (runs(last.part, now) && !nothing) found.state = 'pending';
      else found.state = !drafts && (billed || over || found.shortfall === 0n) ? 'final' : 'pending';
    }
    moveWithin(cycle);
  }
  return holdings.map(({ found }) => found);
}

const nothingOf = ({ due, late }: BillablePart): Invoiced => ({
  units: 0n,
  moved: 0n,
  shortfall: due - late,
  charged: null,
  state: 'runs',
  notes: [],
  invoiceIds: [],
  returned: null,
});

const runs = ({ closed, endsAt }: BillablePart, now: Date): boolean => !closed && endsAt > now;

function placeOf(holdings: readonly Holding[], line: InvoicedLine): Holding | undefined {
  let best: { holding: Holding; shared: number } | undefined;
  for (const holding of holdings) {
    const { customerId, providerMeter, priceId, startsAt, endsAt } = holding.part;
    if (customerId !== line.customerId || providerMeter !== line.providerMeter || priceId !== line.priceId)
      continue;
    const shared =
      Math.min(endsAt.getTime(), line.to.getTime()) - Math.max(startsAt.getTime(), line.from.getTime());
    if (shared >= 0 && shared > (best?.shared ?? -1)) best = { holding, shared };
  }
  return best?.holding;
}

function addUp({ part, lines, found }: Holding, isFinal: (line: InvoicedLine) => boolean): void {
  found.invoiceIds = lines.map(({ invoiceId }) => invoiceId);
  found.returned = returnedOf(lines);
  const counted = lines.filter(isFinal);
  for (const { status, invoiceId } of lines)
    if (!FINAL.includes(status) || status === 'uncollectible') found.notes.push(`${invoiceId}: ${status}`);
  if (counted.length === 0) return;
  const whole = counted.reduce((sum, { quantity, packageSize }) => sum + quantity * BigInt(packageSize), 0n);
  const minorUnits = counted.reduce((sum, line) => sum + line.minorUnits, 0n);
  found.charged = { units: whole, minorUnits };
  // A started package counts in full: it holds what is due, or more.
  const size = BigInt(Math.max(...counted.map(({ packageSize }) => packageSize)));
  const rest = part.due - part.late;
  found.units = size > 1n && whole >= rest && whole - rest < size ? rest : whole;
  found.shortfall = part.due - part.late - found.units;
}

/** Each invoice once, however many of its lines are here. */
function returnedOf(lines: readonly InvoicedLine[]): Returned | null {
  const invoices = [...new Map(lines.map(({ invoiceId, returned }) => [invoiceId, returned])).values()];
  const [first] = invoices;
  if (!first) return null;
  const sum = (key: 'credited' | 'refunded' | 'disputed') =>
    invoices.reduce((total, invoice) => total + invoice[key], 0n);
  return {
    currency: first.currency,
    credited: sum('credited'),
    refunded: sum('refunded'),
    disputed: sum('disputed'),
  };
}

function cyclesOf(holdings: readonly Holding[]): Holding[][] {
  const cycles = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const { customerId, subscriptionId, providerMeter, cycleStart } = holding.part;
    const key = `${customerId} ${subscriptionId} ${providerMeter} ${cycleStart.getTime()}`;
    cycles.set(key, [...(cycles.get(key) ?? []), holding]);
  }
  return [...cycles.values()];
}

/** Moves the excess of one part to the shortfall of another. */
function moveWithin(cycle: readonly Holding[]): void {
  for (const { found: short } of cycle)
    for (const { found: long } of cycle) {
      if (short.shortfall <= 0n || long.shortfall >= 0n) continue;
      const units = short.shortfall < -long.shortfall ? short.shortfall : -long.shortfall;
      short.units += units;
      short.moved += units;
      short.shortfall -= units;
      long.units -= units;
      long.shortfall += units;
      short.notes.push(`${units} units are on the line of another price of the cycle`);
    }
}
