import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { type InvoicedLine, InvoiceMirror } from '../../billing/index.js';
import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import type { PendingUsage } from '../../billing/ports/invoice-gateway.js';
import { MeterDirectory } from '../../meters/index.js';
import { type BillablePart, compareInvoices, type Invoiced } from './compare-invoices.js';
import { lateUsageName } from '../identifier.js';
import type { UsageComparison, Verdict } from './usage-comparison.js';

/** Stripe's own deadline for a held draft is an hour after INVOICE_HOLD_LIMIT; the drafts are made within another. */
const MARGIN_MS = 2 * 3_600_000;
const CUSTOMERS_AT_ONCE = 500;

interface PeriodRow {
  customerId: string;
  providerMeter: string;
  subscriptionId: string;
  priceId: string;
  cycleStart: Date;
  startsAt: Date;
  endsAt: Date;
  closed: boolean;
}

interface LateRow {
  customerId: string;
  meter: string;
  startsAt: Date;
  n: number;
  units: string;
  state: string;
}

/** The late-billed units of a period, and the number of the last decision. */
export interface LateBilled {
  units: bigint;
  lastN: number;
}

/** The billing periods of customers, compared with their invoices. */
interface Books {
  parts: BillablePart[];
  /** In the order of `parts`. */
  invoiced: Invoiced[];
  late: ReadonlyMap<string, LateBilled>;
}

/** Compares usage with the mirror of invoices. */
@Injectable()
export class InvoicedUsages {
  private readonly settledMs: number;

  constructor(
    private readonly mirror: InvoiceMirror,
    private readonly directory: MeterDirectory,
    private readonly database: Database,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.settledMs = settings.get('INVOICE_HOLD_LIMIT') + MARGIN_MS;
  }

  /** Updates the mirror of one customer, or of all. @throws {BillingUnavailableError} */
  async refresh(scope: { customerId?: string; from?: Date }): Promise<void> {
    const { customerId, from } = scope;
    if (customerId === undefined) await this.mirror.repair();
    else await this.mirror.repair({ customerId, ...(from === undefined ? {} : { from }) });
  }

  /**
   * Adds the invoiced units to each comparison. Where the totals agree, the invoices give the verdict. Stripe is asked
   * only about usage that would be uninvoiced: whether it lies in a trial, or waits as an invoice item.
   * @throws {BillingUnavailableError}
   */
  async refine(compared: readonly UsageComparison[], from: Date): Promise<UsageComparison[]> {
    const refined: UsageComparison[] = [];
    const customers = [...new Set(compared.map(({ customerId }) => customerId))];
    for (let n = 0; n < customers.length; n += CUSTOMERS_AT_ONCE) {
      const some = new Set(customers.slice(n, n + CUSTOMERS_AT_ONCE));
      const theirs = compared.filter(({ customerId }) => some.has(customerId));
      refined.push(...(await this.refineSome(theirs, [...some], from)));
    }
    return refined;
  }

  private async refineSome(
    compared: readonly UsageComparison[],
    customers: readonly string[],
    from: Date,
  ): Promise<UsageComparison[]> {
    const due = new Map(compared.map((one) => [keyOf(one), dueOf(one)]));
    const { parts, invoiced, late } = await this.books(customers, from, (key) => due.get(key) ?? 0n);
    const names = await this.names();
    const byKey = new Map(
      parts.map((part, n) => [keyOf({ ...part, meter: names.get(part.providerMeter) ?? '' }), invoiced[n]]),
    );
    const asked = new Map<string, PendingUsage[]>();
    const refined: UsageComparison[] = [];
    for (const one of compared) {
      const found = byKey.get(keyOf(one));
      const billed = late.get(keyOf(one));
      const lateUnits = billed?.units ?? 0n;
      const common = { ...one, late: lateUnits, lateDecisions: billed?.lastN ?? 0 };
      if (!found) {
        refined.push({ ...common, invoicing: null });
        continue;
      }
      let known = true;
      if (found.state === 'final' && found.shortfall > 0n) known = await this.askProvider(one, found, asked);
      const verdict = verdictOf(one.verdict, found, lateUnits);
      // A failure affects its own customer only.
      refined.push({ ...common, invoicing: found, verdict: known ? verdict : 'unknown' });
    }
    return refined;
  }

  /** @param draft whose lines count as final. @param dueOfPart by `keyOf`: the units that must be on invoices. */
  async books(
    customers: readonly string[],
    from: Date,
    dueOfPart: (key: string) => bigint,
    draft?: string,
  ): Promise<Books> {
    const names = await this.names();
    const [periods, lines, bills] = await Promise.all([
      this.periods(customers, [...names.keys()], from),
      this.mirror.lines(customers, from),
      this.lateBills(customers, from),
    ]);
    const late = addUpLate(bills, lines);
    const parts = periods.map((period): BillablePart => {
      const key = keyOf({ ...period, meter: names.get(period.providerMeter) ?? '' });
      return { ...period, due: dueOfPart(key), late: late.get(key)?.units ?? 0n };
    });
    return { parts, invoiced: compareInvoices(parts, lines, this.clock.now(), this.settledMs, draft), late };
  }

  /** Whether a part lies in a trial, in which nothing is charged. @throws {BillingUnavailableError} */
  isTrial({ subscriptionId, endsAt }: Pick<BillablePart, 'subscriptionId' | 'endsAt'>): Promise<boolean> {
    return this.mirror.isTrial(subscriptionId, endsAt);
  }

  /** Whether Stripe answered why it would be uninvoiced. */
  private async askProvider(
    comparison: UsageComparison,
    found: Invoiced,
    asked: Map<string, PendingUsage[]>,
  ): Promise<boolean> {
    try {
      await this.askWhy(comparison, found, asked);
      return true;
    } catch (error) {
      if (error instanceof BillingUnavailableError) return false;
      throw error;
    }
  }

  private async askWhy(
    { customerId, subscriptionId, priceId, startsAt, endsAt }: UsageComparison,
    found: Invoiced,
    asked: Map<string, PendingUsage[]>,
  ): Promise<void> {
    const pending = asked.get(customerId) ?? (await this.mirror.pendingUsage(customerId));
    asked.set(customerId, pending);
    const waits = pending.some(
      (item) => item.priceId === priceId && item.from < endsAt && item.to > startsAt,
    );
    if (waits) {
      found.state = 'pending';
      found.notes.push('an invoice item at Stripe waits for the next invoice');
    } else if (await this.mirror.isTrial(subscriptionId, endsAt)) {
      found.shortfall = 0n;
      found.notes.push('trial: nothing is charged');
    }
  }

  private async names(): Promise<ReadonlyMap<string, string>> {
    const meters = (await this.directory.meters()) ?? [];
    return new Map(meters.map(({ definition, provider }) => [provider.id, definition.name]));
  }

  private async periods(
    customers: readonly string[],
    meters: readonly string[],
    from: Date,
  ): Promise<PeriodRow[]> {
    return this.query<PeriodRow>(
      `select customer_id as "customerId", provider_meter as "providerMeter", subscription_id as "subscriptionId",
         price_id as "priceId", cycle_start as "cycleStart", starts_at as "startsAt", ends_at as "endsAt", closed
       from farebox.usage_periods
       where customer_id = any($1) and provider_meter = any($2) and ends_at > $3 order by customer_id, starts_at`,
      [customers, meters, from],
    );
  }

  private async lateBills(customers: readonly string[], from: Date): Promise<LateRow[]> {
    return this.query<LateRow>(
      `select customer_id as "customerId", meter, starts_at as "startsAt", n, units::text as units, state
       from farebox.late_bills where customer_id = any($1) and ends_at > $2`,
      [customers, from],
    );
  }

  private async query<T extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<T[]> {
    return this.database.run(async () => (await this.database.pool.query<T>(text, values)).rows);
  }
}

export const keyOf = ({
  customerId,
  meter,
  startsAt,
}: {
  customerId: string;
  meter: string;
  startsAt: Date;
}): string => `${customerId} ${meter} ${startsAt.getTime()}`;

/** Units that must be on invoices: usage less waived units. A negative result is billed as none. */
export function dueOf({
  meterValue,
  waived,
  gone,
}: Pick<UsageComparison, 'meterValue' | 'waived' | 'gone'>): bigint {
  const due = meterValue - waived - gone;
  return due > 0n ? due : 0n;
}

/** Lines of void or deleted invoices do not bill anything: neither does late usage on them. */
function addUpLate(
  bills: readonly LateRow[],
  lines: readonly InvoicedLine[],
): ReadonlyMap<string, LateBilled> {
  const dead = (status: string): boolean => status === 'void' || status === 'deleted';
  const statuses = new Map<string, string[]>();
  for (const { lateUsage, status } of lines)
    if (lateUsage !== null) statuses.set(lateUsage, [...(statuses.get(lateUsage) ?? []), status]);
  const late = new Map<string, LateBilled>();
  for (const bill of bills) {
    const on = statuses.get(lateUsageName(bill));
    const counts = bill.state !== 'refused' && !(on && on.every(dead));
    const { units, lastN } = late.get(keyOf(bill)) ?? { units: 0n, lastN: 0 };
    late.set(keyOf(bill), {
      units: counts ? units + BigInt(bill.units) : units,
      lastN: Math.max(lastN, bill.n),
    });
  }
  return late;
}

/** A discrepancy of the totals takes precedence. */
function verdictOf(verdict: Verdict, { state, shortfall }: Invoiced, late: bigint): Verdict {
  if (verdict !== 'equal' && verdict !== 'billed') return verdict;
  if (state === 'runs') return verdict;
  if (state === 'pending') return 'pending';
  if (shortfall > 0n) return 'uninvoiced';
  if (shortfall < 0n) return 'overinvoiced';
  return late === 0n ? 'equal' : 'billed';
}
