import { type Billable, expectedInvoices } from './oracle.js';

/** An invoice as the twin's API shows it. */
export interface Invoice {
  id: string;
  customer: string;
  created: number;
  status: string;
  total: number;
  lines: { has_more: boolean; data: { description: string; quantity: number; amount: number }[] };
}

interface Billed {
  customerId: string;
  life: Billable & { name: string };
}

const day = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Everything in which the invoices differ from the oracle's: cents, units, missing ones, ones too many. */
export function differences(
  customers: readonly Billed[],
  invoices: readonly Invoice[],
  until: number,
): string[] {
  const found: string[] = [];
  for (const { customerId, life } of customers) {
    const expected = expectedInvoices(life, until);
    const actual = invoices
      .filter(({ customer }) => customer === customerId)
      .toSorted((a, b) => a.created - b.created);
    for (const { at, cents, calls } of expected) {
      const index = actual.findIndex(({ created }) => created === at);
      const [invoice] = index < 0 ? [] : actual.splice(index, 1);
      if (!invoice) found.push(`${life.name}: no invoice of ${day(at)} about ${cents}`);
      else if (BigInt(invoice.total) !== cents || unitsOf(invoice) !== calls)
        found.push(
          `${life.name}, ${day(at)}: ${invoice.total} for ${unitsOf(invoice)} calls, should be ${cents} for ${calls}`,
        );
      else if (invoice.status !== 'paid' && !isGivenUp(life, at))
        found.push(`${life.name}, ${day(at)}: the invoice is ${invoice.status}`);
    }
    for (const { created, total } of actual) found.push(`${life.name}, ${day(created)}: ${total} too many`);
  }
  return found;
}

/** Every call is on exactly one invoice. */
export function sums(invoices: readonly Invoice[], calls: number): string[] {
  const billed = invoices.reduce((sum, invoice) => sum + unitsOf(invoice), 0n);
  return billed === BigInt(calls) ? [] : [`${billed} calls are on invoices, and ${calls} were made`];
}

/** The fees of tiers, and the base fees of monetization.yaml, as the twin writes them on lines. */
const NO_USAGE = /flat fee\)$|^Trial period|\(at \$(29\.00|9\.90|60\.00|120\.00) /;

/** The calls on an invoice: not the fees of tiers, nor what is paid ahead. */
function unitsOf({ id, lines }: Invoice): bigint {
  if (lines.has_more) throw new Error(`${id} has more lines than are shown`);
  return lines.data
    .filter(({ description }) => !NO_USAGE.test(description))
    .reduce((sum, { quantity }) => sum + BigInt(quantity), 0n);
}

/** Nobody pays the invoice for which the subscription was ended. */
function isGivenUp({ ended }: Billable, at: number): boolean {
  return ended !== null && !ended.billed && at < ended.at;
}
