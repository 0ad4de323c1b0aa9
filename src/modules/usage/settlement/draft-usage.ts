import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { Log } from '../../../platform/logging/logger.js';
import { LateUsageBilling } from '../../billing/ports/late-usage-billing.js';
import { ChangeRefusedError, type ProvenDraft } from '../../subscriptions/index.js';
import type { CountedMeter } from '../../meters/index.js';
import type { BillablePart, Invoiced } from '../reconciliation/compare-invoices.js';
import { InvoicedUsages, keyOf } from '../reconciliation/invoiced-usage.js';
import { decide, type LateBill, pendingBill, latePrice } from '../late/late-bill-store.js';
import { assertReadable, LateUsages } from '../late/late-usage.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';

/** A report of all customers may be running. */
const WAIT_MS = 5_000;
/** A cycle is a year at most; the parts it bills ended since. */
const LOOK_BACK_MS = 400 * 86_400_000;

interface Counted {
  meter: string;
  startsAt: Date;
  /** Units that must be on invoices. */
  due: string;
}

/**
 * Before a draft becomes final, the usage that it lacks is added. With own rating that is all usage. With meter events, it
 * is usage at prices that were left in the middle of the period: Stripe computes their invoice items at the change, from
 * its totals at that time, and does not update them. Prices kept to the end of the period are counted again by Stripe, and
 * left alone.
 *
 * Each addition is a decision like an operator's on late usage: recorded before it is billed, billed once.
 */
@Injectable()
export class DraftUsage {
  private readonly log: Log;

  constructor(
    private readonly lock: UsageReportingLock,
    private readonly invoiced: InvoicedUsages,
    private readonly lateUsages: LateUsages,
    private readonly billing: LateUsageBilling,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  /**
   * @param which the parts of the draft's cycles to look at: those whose price was left, or all.
   * @throws when usage could not be compared or added now: the draft waits.
   */
  async complete(draft: ProvenDraft, which: 'left' | 'all' = 'left'): Promise<void> {
    const done = await this.lock.withLock(WAIT_MS, async (client, meters) => {
      for (const [part, found] of await this.partsOf(client, meters, draft, which))
        await this.add(client, meters, draft, part, found);
      return true;
    });
    if (!done) throw new Error('another process reports, or a meter is missing at the provider');
  }

  /** Parts of the draft's cycles, and their invoiced units, including the draft's. */
  private async partsOf(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    { invoiceId, customerId, subscriptionId }: ProvenDraft,
    which: 'left' | 'all',
  ): Promise<[BillablePart, Invoiced][]> {
    const { rows } = await client.query<Counted>(
      `select u.meter, u.starts_at as "startsAt", greatest(u.value - coalesce(sum(i.value), 0), 0)::text as due
       from farebox.meter_usage u
       left join farebox.usage_intents i on i.customer_id = u.customer_id and i.meter = u.meter and i.starts_at = u.starts_at
         and i.state in ('waived', 'gone') and not i.adjustment
       where u.customer_id = $1 group by u.meter, u.starts_at, u.value`,
      [customerId],
    );
    const counted = new Map(rows.map((row) => [keyOf({ customerId, ...row }), BigInt(row.due)]));
    const from = new Date(this.clock.ms() - LOOK_BACK_MS);
    const { parts, invoiced } = await this.invoiced.books(
      [customerId],
      from,
      (key) => counted.get(key) ?? 0n,
      invoiceId,
    );
    const ids = new Set(meters.map(({ provider }) => provider.id));
    return parts.flatMap((part, n): [BillablePart, Invoiced][] => {
      const found = invoiced[n];
      const ours = part.subscriptionId === subscriptionId && ids.has(part.providerMeter);
      const isOnDraft = found?.invoiceIds.includes(invoiceId) ?? false;
      // A subscription that ends early: events come in any order, and that of the invoice may be before the one that
      // tells of the end. Released now, the draft would go out without the usage.
      if (which === 'all' && ours && isOnDraft && found?.state === 'runs')
        throw new Error('the billing period of a line of the draft is not known to be over yet');
      const concerns = isOnDraft || cycleOnDraft(parts, invoiced, part, invoiceId);
      const wanted = which === 'all' || wasLeft(parts, part);
      return found && ours && concerns && wanted ? [[part, found]] : [];
    });
  }

  private async add(
    client: pg.ClientBase,
    meters: readonly CountedMeter[],
    { invoiceId, customerId }: ProvenDraft,
    part: BillablePart,
    found: Invoiced,
  ): Promise<void> {
    const meter = meters.find(({ provider }) => provider.id === part.providerMeter)?.definition.name ?? '';
    const period = { customerId, meter, startsAt: part.startsAt };
    const about = { invoice: invoiceId, customer: customerId, meter, period: part.startsAt.toISOString() };
    const begun = await pendingBill(client, period);
    // Decided before a crash: it counts as billed, and is finished first.
    if (begun?.invoiceId === invoiceId) return this.perform(client, begun, about);
    if (found.shortfall < 0n)
      this.log.error(
        'A draft invoice has more units than were used. Nothing was changed: check it in Stripe.',
        { ...about, units: String(-found.shortfall) },
      );
    if (found.shortfall <= 0n || found.state !== 'final' || (await this.invoiced.isTrial(part))) return;
    try {
      const bill = await this.decide(client, { ...period, endsAt: part.endsAt }, part, found, invoiceId);
      if (!bill) throw new Error('the period has changed meanwhile');
      await this.perform(client, bill, about);
    } catch (error) {
      this.passOver(error, about);
    }
  }

  private async perform(client: pg.ClientBase, bill: LateBill, about: Record<string, string>): Promise<void> {
    try {
      const { itemId } = await this.lateUsages.perform(client, bill);
      this.log.info('Usage that a draft invoice lacked was added to it.', {
        ...about,
        units: String(bill.units),
        item: itemId,
      });
    } catch (error) {
      this.passOver(error, about);
    }
  }

  /** Usage that cannot be billed here is uninvoiced, for an operator; the rest of the invoice does not wait for it. */
  private passOver(error: unknown, about: Record<string, string>): void {
    if (!(error instanceof ChangeRefusedError)) throw error;
    this.log.error('A draft invoice lacks usage that could not be added: run usage reconcile.', about, error);
  }

  private async decide(
    client: pg.ClientBase,
    period: Pick<LateBill, 'customerId' | 'meter' | 'startsAt' | 'endsAt'>,
    part: BillablePart,
    found: Invoiced,
    invoiceId: string,
  ): Promise<LateBill | undefined> {
    const price = await this.billing.termsOf(part);
    assertReadable(found, price);
    const { rows } = await client.query<{ value: string; reported: string; decisions: number }>(
      `select value::text as value, told::text as reported, (select coalesce(max(n), 0) from farebox.late_bills b where b.customer_id = u.customer_id
         and b.meter = u.meter and b.starts_at = u.starts_at)::int as decisions
       from farebox.meter_usage u where customer_id = $1 and meter = $2 and starts_at = $3`,
      [period.customerId, period.meter, period.startsAt],
    );
    const { value = '0', reported = '0', decisions = 0 } = rows[0] ?? {};
    const units = found.shortfall;
    const unreported = BigInt(value) - BigInt(reported);
    return decide(
      client,
      {
        ...period,
        units,
        unreported: unreported > 0n ? unreported : 0n,
        minorUnits: latePrice(price, part.due, part.due - units),
        currency: price.currency,
        priceId: part.priceId,
        taxBehavior: price.taxBehavior ?? null,
        invoiceId,
      },
      { reported: BigInt(reported), decisions },
      this.clock.now(),
    );
  }
}

const sameCycle = (one: BillablePart, other: BillablePart): boolean =>
  one.subscriptionId === other.subscriptionId &&
  one.providerMeter === other.providerMeter &&
  one.cycleStart.getTime() === other.cycleStart.getTime();

/** Whether another price followed in the same cycle. */
const wasLeft = (parts: readonly BillablePart[], part: BillablePart): boolean =>
  parts.some((other) => sameCycle(part, other) && other.startsAt > part.startsAt);

/** Whether the draft bills another part of its cycle, so that this part cannot be on a later one. */
function cycleOnDraft(
  parts: readonly BillablePart[],
  invoiced: readonly Invoiced[],
  part: BillablePart,
  invoiceId: string,
): boolean {
  return parts.some((other, n) => sameCycle(part, other) && invoiced[n]?.invoiceIds.includes(invoiceId));
}
