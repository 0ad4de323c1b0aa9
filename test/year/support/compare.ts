import { type Billable, expectedInvoices, expectedUninvoiced } from './oracle.js';
import type { Reconciled } from './year-world.js';

/** An invoice as the twin's API shows it. */
export interface Invoice {
  id: string;
  customer: string;
  created: number;
  status: string;
  /** Settled with it without a line (`YearWorld.unpriced`). */
  unpriced?: bigint;
  total: number;
  lines: {
    has_more: boolean;
    data: { description: string; quantity: number; amount: number; metadata: Record<string, string> }[];
  };
}

interface Billed {
  customerId: string;
  life: Billable & { name: string };
}

const day = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Whether lines show what was used in a trial: Stripe's do, and ours are of what costs something. */
export type TrialUnits = 'shown' | 'left out';

/** Everything in which the invoices differ from the oracle's: cents, units, missing ones, ones too many. */
export function differences(
  customers: readonly Billed[],
  invoices: readonly Invoice[],
  until: number,
  trials: TrialUnits = 'shown',
): string[] {
  const found: string[] = [];
  for (const { customerId, life } of customers) {
    const expected = expectedInvoices(life, until);
    const actual = invoices
      .filter(({ customer }) => customer === customerId)
      .toSorted((a, b) => a.created - b.created);
    for (const { at, cents, calls: used, free = 0n } of expected) {
      const calls = trials === 'shown' ? used : used - free;
      const index = actual.findIndex(({ created }) => created === at);
      const [invoice] = index < 0 ? [] : actual.splice(index, 1);
      if (!invoice) found.push(`${life.name}: no invoice of ${day(at)} about ${cents}`);
      else if (BigInt(invoice.total) !== cents || unitsOf(invoice) !== calls)
        found.push(
          `${life.name}, ${day(at)}: ${invoice.total} for ${unitsOf(invoice)} calls, should be ${cents} for ${calls}`,
        );
      else if (invoice.status !== 'paid' && !isGivenUp(life, at) && !isVoided(life, invoice))
        found.push(`${life.name}, ${day(at)}: the invoice is ${invoice.status}`);
    }
    for (const { created, total } of actual) found.push(`${life.name}, ${day(created)}: ${total} too many`);
  }
  return found;
}

/** Every call is on exactly one invoice, but for those that are on none, or on one that is void, and should be. */
export function sums(
  invoices: readonly Invoice[],
  customers: readonly Billed[],
  until: number,
  trials: TrialUnits = 'shown',
): string[] {
  const billed = invoices
    .filter(({ status }) => status !== 'void')
    .reduce((sum, invoice) => sum + unitsOf(invoice), 0n);
  const made = customers.reduce((sum, { life }) => sum + life.calls.length, 0);
  const lost = customers
    .flatMap(({ life }) => expectedUninvoiced(life, until))
    .reduce((sum, { calls }) => sum + calls, 0n);
  const free = customers
    .flatMap(({ life }) => expectedInvoices(life, until))
    .reduce((sum, invoice) => sum + (trials === 'shown' ? 0n : (invoice.free ?? 0n)), 0n);
  if (billed === BigInt(made) - lost - free) return [];
  const but = lost === 0n ? '' : `, of which ${lost} should be on none`;
  return [`${billed} calls are on invoices, and ${made} were made${but}`];
}

/** The reconciliation names what is on no invoice, and nothing else. */
export function misnamed(customers: readonly Billed[], rows: readonly Reconciled[], until: number): string[] {
  const found: string[] = [];
  const open = rows.filter(({ verdict }) => !FINE.includes(verdict));
  for (const { customerId, life } of customers)
    for (const { from, calls } of expectedUninvoiced(life, until)) {
      const index = open.findIndex(
        (row) => row.customerId === customerId && Date.parse(row.startsAt) === from * 1000,
      );
      const [row] = index < 0 ? [] : open.splice(index, 1);
      if (row?.verdict !== 'uninvoiced' || BigInt(row.ledger) !== calls)
        found.push(
          `${life.name}, ${day(from)}: ${calls} calls are on no invoice, and it is reconciled as ${row ? `${row.verdict}, ${row.ledger}` : 'well'}`,
        );
    }
  const nameOf = (id: string) => customers.find(({ customerId }) => customerId === id)?.life.name ?? id;
  for (const { customerId, startsAt, ledger, verdict } of open)
    found.push(`${nameOf(customerId)}, ${startsAt}: reconciled as ${verdict}, ${ledger} calls`);
  return found;
}

/** `billed`: reported too late for the line of a change, and added to the invoice. */
const FINE: readonly string[] = ['equal', 'billed'];

/** The fees of tiers, the base fees of the catalogs and parts of them, as the twin writes them on lines. */
const NO_USAGE =
  /flat fee\)$|^Trial period|^(Unused|Remaining) time|\(at \$(29\.00|9\.90|60\.00|120\.00|10\.01|35\.00|20\.00) /;

/** The calls on an invoice: not the fees of tiers, nor what is paid ahead. */
export function unitsOf({ id, lines, unpriced = 0n }: Invoice): bigint {
  if (lines.has_more) throw new Error(`${id} has more lines than are shown`);
  return (
    lines.data
      .filter(({ description }) => !NO_USAGE.test(description))
      // What was reported too late for a change is an item for one amount, which says of how many calls.
      .reduce((sum, { quantity, metadata }) => sum + BigInt(metadata['units'] ?? quantity), unpriced)
  );
}

/** Nobody pays the invoice for which the subscription was ended. */
function isGivenUp({ ended }: Billable, at: number): boolean {
  return ended?.givenUp === true && at < ended.at;
}

function isVoided({ voided }: Billable, { status, created }: Invoice): boolean {
  return status === 'void' && voided.includes(created);
}
