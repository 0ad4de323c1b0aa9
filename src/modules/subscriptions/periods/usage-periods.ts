import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import type { Sql } from '../../../platform/database/database.js';
import { ownName } from '../../../platform/database/schema.js';
import { missedCycles, type CycleRule } from './billing-cycles.js';
import { usagePeriods } from './usage-periods.tables.js';

/** A metered item of a subscription as the billing provider has it now. Times are UTC. */
export interface MeteredItem {
  priceId: string;
  /** The provider's id of the meter that the price reads. */
  providerMeter: string;
  cycleStart: Date;
  cycleEnd: Date;
  /** How its cycles follow each other. */
  rule: CycleRule;
}

/** The subscription that bills a customer's usage, as seen at one moment. */
export interface MeteredSubscription {
  subscriptionId: string;
  /** When it ended; null while it lives. */
  endedAt: Date | null;
  items: readonly MeteredItem[];
}

type Period = typeof usagePeriods.$inferSelect;

/** The lock, for `pg_advisory_xact_lock`, under which calls are counted for periods: while it is held, none moves. */
export const COUNTING_LOCK = `hashtext(${ownName("'farebox meters'")}), 0`;

/** When something was seen: usage is reported to the provider in seconds, calls are counted to the millisecond. */
interface Moment {
  second: Date;
  exact: Date;
}

/**
 * Keeps the billing periods of every customer as the provider has them. A call is counted for the period that contains
 * it; a call whose period is not known yet waits: the end of a period is never guessed.
 */
@Injectable()
export class UsagePeriods {
  /**
   * Records what was seen. Called under the customer's lock, so later observations are written later; the same one
   * again changes nothing. Calls between a change at the provider and its observation count for the period before:
   * those counted so far, as no counting happens until the observation is committed.
   */
  async record(tx: Sql, customerId: string, seen: MeteredSubscription, now: () => Date): Promise<void> {
    const all = await tx.select().from(usagePeriods).where(eq(usagePeriods.customerId, customerId));
    const open = all.filter(({ closed }) => !closed);
    if (isKnown(open, seen)) return;
    // Nothing was counted yet for a new customer: a registration does not take the counting lock.
    if (all.length > 0) await tx.execute(sql.raw(`select pg_advisory_xact_lock(${COUNTING_LOCK})`));
    const exact = now();
    const moment = { exact, second: wholeSecond(exact) };
    const lives = seen.endedAt === null;
    for (const period of open) {
      const own = period.subscriptionId === seen.subscriptionId;
      const item = seen.items.find(({ providerMeter }) => providerMeter === period.providerMeter);
      if (own && lives && item) await this.follow(tx, period, item, moment);
      else await this.close(tx, period, own && seen.endedAt ? atSecond(seen.endedAt) : moment, own && lives);
    }
    // A subscription never seen live still has its last cycle: calls may be waiting for it.
    if (!lives && all.some(({ subscriptionId }) => subscriptionId === seen.subscriptionId)) return;
    for (const item of seen.items) {
      const known = open.some(
        ({ subscriptionId, providerMeter }) =>
          subscriptionId === seen.subscriptionId && providerMeter === item.providerMeter,
      );
      if (!known) await this.begin(tx, customerId, seen, item, all, moment);
    }
  }

  private async begin(
    tx: Sql,
    customerId: string,
    { subscriptionId, endedAt }: MeteredSubscription,
    item: MeteredItem,
    all: readonly Period[],
    moment: Moment,
  ): Promise<void> {
    const first = !all.some((period) => period.subscriptionId === subscriptionId);
    // An item that replaces another counts from now on: earlier calls counted for the other.
    const { second: startsAt, exact } =
      first || item.cycleStart > moment.second ? atSecond(item.cycleStart) : moment;
    await this.insert(tx, {
      ...columnsOf(item),
      customerId,
      subscriptionId,
      startsAt,
      countsFrom: first ? '-infinity' : exact.toISOString(),
      ...(endedAt === null ? {} : { endsAt: endedAt, countsTo: 'infinity', closed: true }),
    });
  }

  private async follow(tx: Sql, period: Period, item: MeteredItem, moment: Moment): Promise<void> {
    const sameCycle = period.cycleStart.getTime() === item.cycleStart.getTime();
    if (!sameCycle && item.cycleStart < period.cycleStart) return;
    if (sameCycle && period.priceId === item.priceId) {
      if (period.endsAt.getTime() !== item.cycleEnd.getTime())
        await this.update(tx, period, { endsAt: item.cycleEnd, countsTo: item.cycleEnd.toISOString() });
      return;
    }
    const { second: startsAt, exact } = sameCycle ? moment : atSecond(item.cycleStart);
    const end = earlier(period.endsAt, startsAt);
    const countsTo = end === startsAt ? exact : end;
    await this.update(tx, period, { endsAt: end, countsTo: countsTo.toISOString(), closed: true });
    const { customerId, subscriptionId } = period;
    for (const missed of missedCycles(end, startsAt, item.rule))
      await this.insert(tx, {
        ...columnsOf(item),
        customerId,
        subscriptionId,
        startsAt: missed.start,
        endsAt: missed.end,
        cycleStart: missed.start,
        countsFrom: missed.start.toISOString(),
        countsTo: missed.end.toISOString(),
        closed: true,
      });
    await this.insert(tx, {
      ...columnsOf(item),
      customerId,
      subscriptionId,
      startsAt,
      countsFrom: exact.toISOString(),
    });
  }

  /** @param goesOn whether the subscription continues without the item: then another item counts new calls. */
  private async close(tx: Sql, period: Period, at: Moment, goesOn: boolean): Promise<void> {
    const endsAt = later(period.startsAt, earlier(period.endsAt, at.second));
    const counted = endsAt === at.second ? at.exact : endsAt;
    const countsTo = goesOn ? counted.toISOString() : 'infinity';
    await this.update(tx, period, { endsAt, countsTo, closed: true });
  }

  private async update(tx: Sql, period: Period, values: Partial<Period>): Promise<void> {
    await tx
      .update(usagePeriods)
      .set(values)
      .where(
        and(
          eq(usagePeriods.customerId, period.customerId),
          eq(usagePeriods.providerMeter, period.providerMeter),
          eq(usagePeriods.startsAt, period.startsAt),
        ),
      );
  }

  /** Two subscriptions in one second: the later one gets the next second, as a start identifies a period for ever. */
  private async insert(tx: Sql, row: typeof usagePeriods.$inferInsert): Promise<void> {
    const { rowCount } = await tx.execute(sql`select 1 from farebox.usage_periods
      where customer_id = ${row.customerId} and provider_meter = ${row.providerMeter}
        and starts_at = ${row.startsAt.toISOString()}::timestamptz`);
    if (rowCount) {
      await this.insert(tx, { ...row, startsAt: new Date(row.startsAt.getTime() + 1_000) });
      return;
    }
    await tx.insert(usagePeriods).values(row);
  }
}

/** Whether the open periods already match what was seen, so that nothing must be written. */
function isKnown(open: readonly Period[], { subscriptionId, endedAt, items }: MeteredSubscription): boolean {
  const isSame = ({ providerMeter, priceId, cycleStart, cycleEnd }: MeteredItem): boolean =>
    open.some(
      (period) =>
        period.subscriptionId === subscriptionId &&
        period.providerMeter === providerMeter &&
        period.priceId === priceId &&
        period.cycleStart.getTime() === cycleStart.getTime() &&
        period.endsAt.getTime() === cycleEnd.getTime(),
    );
  return endedAt === null && open.length === items.length && items.every(isSame);
}

function columnsOf({ priceId, providerMeter, cycleStart, cycleEnd }: MeteredItem) {
  return {
    priceId,
    providerMeter,
    cycleStart,
    endsAt: cycleEnd,
    countsTo: cycleEnd.toISOString(),
    closed: false,
  };
}

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);
const later = (one: Date, other: Date): Date => (one > other ? one : other);
const atSecond = (second: Date): Moment => ({ second, exact: second });
/** The provider counts in seconds. */
const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1_000) * 1_000);
