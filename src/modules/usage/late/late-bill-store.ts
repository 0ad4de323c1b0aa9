import type pg from 'pg';
import { type CatalogPrice, chargeFor, type TaxBehavior } from '../../../catalog/index.js';
import { addReportedSql } from '../../meters/index.js';
import { inTransaction } from '../../../platform/database/in-transaction.js';

/** A customer's billing period of a meter. */
export interface MeteredPeriod {
  customerId: string;
  meter: string;
  startsAt: Date;
}

/** Late usage that an operator decided to bill: a row of `late_bills`. */
export interface LateBill extends MeteredPeriod {
  n: number;
  endsAt: Date;
  units: bigint;
  /** Of these, how many had not been reported before the decision. */
  unreported: bigint;
  /** The draft that they are added to; null: the next invoice. */
  invoiceId: string | null;
  minorUnits: bigint;
  currency: string;
  priceId: string;
  taxBehavior: TaxBehavior | null;
}

/**
 * The price of late units, in whole minor units: the price of all usage less the price of the billed usage, each rounded
 * line by line as the provider's invoices are. So invoice and item together charge what one invoice would have. It may be
 * 0 (within a package), and less than 0: by volume, more units may cost less.
 * @param billed the units that invoices have, earlier late ones among them.
 */
export function latePrice(price: CatalogPrice, used: bigint, billed: bigint): bigint {
  return chargeFor(price, used).minorUnits - chargeFor(price, billed).minorUnits;
}

type Row = Omit<LateBill, 'units' | 'minorUnits' | 'unreported'> &
  Record<'units' | 'minorUnits' | 'unreported', string>;

const COLUMNS = `customer_id as "customerId", meter, starts_at as "startsAt", n, ends_at as "endsAt", units::text as units,
  coalesce(unreported, units)::text as unreported, invoice_id as "invoiceId",
  minor_units::text as "minorUnits", currency, price_id as "priceId", tax_behavior as "taxBehavior"`;

const toBill = (row: Row): LateBill => ({
  ...row,
  units: BigInt(row.units),
  minorUnits: BigInt(row.minorUnits),
  unreported: BigInt(row.unreported),
});

const OF_PERIOD = 'customer_id = $1 and meter = $2 and starts_at = $3';
const periodOf = ({ customerId, meter, startsAt }: MeteredPeriod): unknown[] => [customerId, meter, startsAt];

/** The decision that is not billed yet; there is one at most. */
export async function pendingBill(
  client: pg.ClientBase,
  period: MeteredPeriod,
): Promise<LateBill | undefined> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from farebox.late_bills where ${OF_PERIOD} and state = 'pending'`,
    periodOf(period),
  );
  return rows[0] && toBill(rows[0]);
}

/** All decisions of before that time that are not billed yet, oldest first. */
export async function pendingBills(client: pg.ClientBase, before: Date): Promise<LateBill[]> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from farebox.late_bills where state = 'pending' and created_at < $1
     order by created_at limit 1000`,
    [before],
  );
  return rows.map(toBill);
}

/**
 * Records a decision under the next number, and counts its unreported units as reported: they are in no later report.
 * @param seen the units recorded for reporting or billed late without a report, and the number of the last decision, on
 * which this one is based.
 * @returns `undefined`, without writing, when these have changed.
 */
export async function decide(
  client: pg.ClientBase,
  bill: Omit<LateBill, 'n'>,
  seen: { reported: bigint; decisions: number },
  now: Date,
): Promise<LateBill | undefined> {
  return inTransaction(client, async () => {
    const { rowCount } = await client.query(`${addReportedSql()} and u.told = $5`, [
      ...periodOf(bill),
      bill.unreported.toString(),
      seen.reported.toString(),
    ]);
    if (!rowCount) return undefined;
    const { rowCount: decided } = await client.query(
      `select 1 from farebox.late_bills where ${OF_PERIOD} and n > $4 limit 1`,
      [...periodOf(bill), seen.decisions],
    );
    if (decided) throw new DecidedMeanwhile();
    const { rows } = await client.query<Row>(
      `insert into farebox.late_bills (customer_id, meter, starts_at, n, ends_at, units, minor_units, currency, price_id,
         tax_behavior, unreported, invoice_id, state, created_at)
       select $1, $2, $3, coalesce(max(n), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12
       from farebox.late_bills where ${OF_PERIOD}
       returning ${COLUMNS}`,
      [
        ...periodOf(bill),
        bill.endsAt,
        bill.units.toString(),
        bill.minorUnits.toString(),
        bill.currency,
        bill.priceId,
        bill.taxBehavior,
        bill.unreported.toString(),
        bill.invoiceId,
        now,
      ],
    );
    return rows[0] && toBill(rows[0]);
  }).catch((error: unknown) => {
    if (error instanceof DecidedMeanwhile) return undefined;
    throw error;
  });
}

/** Ends the transaction without a decision. */
class DecidedMeanwhile extends Error {}

/** @param itemId null when no item was needed. */
export async function markBilled(
  client: pg.ClientBase,
  bill: LateBill,
  itemId: string | null,
  now: Date,
): Promise<void> {
  await client.query(
    `update farebox.late_bills set state = 'billed', item_id = $5, settled_at = $6 where ${OF_PERIOD} and n = $4`,
    [...periodOf(bill), bill.n, itemId, now],
  );
}

/** Nothing was made, nor will be: the units are late again. */
export async function markRefused(client: pg.ClientBase, bill: LateBill, now: Date): Promise<void> {
  await inTransaction(client, async () => {
    const { rowCount } = await client.query(
      `update farebox.late_bills set state = 'refused', settled_at = $5 where ${OF_PERIOD} and n = $4 and state = 'pending'`,
      [...periodOf(bill), bill.n, now],
    );
    if (rowCount) await client.query(addReportedSql(), [...periodOf(bill), (-bill.unreported).toString()]);
  });
}
