import type pg from 'pg';
import { type PeriodMinutes, minutesOf, nextMinute } from '../reporting/minutes.js';
import type { ShownTotal } from '../../billing/provider-totals.js';
import type { AskTotal } from './visible-usage.js';

/** A customer's billing period of a meter. */
interface Period {
  customerId: string;
  meter: string;
  startsAt: Date;
  endsAt: Date;
}

/** Usage reported within a minute that a billing period may share with its neighbours. */
interface EdgeUsage {
  minute: Date;
  /** Whether usage of the period itself was reported there. */
  used: boolean;
  own: bigint;
  others: bigint;
  /** Whether usage of the others is not proven yet: then it is not known how much to subtract. */
  unsettled: boolean;
  /** Whether another period of the customer lies in that minute, too. */
  shared: boolean;
}

/** The queries of totals for a billing period. */
export interface PeriodQuestion extends PeriodMinutes {
  usage: readonly EdgeUsage[];
}

/**
 * The queries for each period. Minutes that lie wholly in it are part of one stretch; one at its edge is queried by
 * itself, and only if usage was reported there.
 */
export async function questionsOf(
  client: Pick<pg.ClientBase, 'query'>,
  periods: readonly Period[],
): Promise<PeriodQuestion[]> {
  const questions = periods.map(({ startsAt, endsAt }) => ({
    ...minutesOf(startsAt, endsAt),
    usage: [] as EdgeUsage[],
  }));
  const asked = periods.flatMap((period, nr) =>
    (questions[nr]?.edges ?? []).map((minute) => ({ ...period, nr, minute })),
  );
  if (asked.length === 0) return questions;
  const { rows } = await client.query<
    Omit<EdgeUsage, 'own' | 'others'> & { nr: number; own: string; others: string }
  >(
    `select k.nr, k.minute, e.used, e.own::text as own, e.others::text as others, e.unsettled,
       exists (
         select 1 from farebox.usage_periods p join farebox.usage_periods o
           on o.customer_id = p.customer_id and o.provider_meter = p.provider_meter and o.starts_at <> p.starts_at
         where p.customer_id = k.customer_id and p.starts_at = k.starts_at
           and o.starts_at < k.minute + interval '1 minute' and o.ends_at > k.minute
       ) as shared
     from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
       as k (nr, customer_id, meter, starts_at, ends_at, minute)
     join lateral (
       select coalesce(bool_or(within), false) as used,
         coalesce(sum(value) filter (where within), 0) as own,
         coalesce(sum(value) filter (where not within), 0) as others,
         coalesce(bool_or(not within and state = 'sent'), false) as unsettled
       from (
         select value, state, at >= k.starts_at and at < k.ends_at as within from farebox.usage_intents
         where customer_id = k.customer_id and meter = k.meter and at >= k.minute
           and at < k.minute + interval '1 minute' and state in ('sent', 'proven')
       ) i
     ) e on true
     order by k.nr, k.minute`,
    [
      asked.map(({ nr }) => nr),
      asked.map(({ customerId }) => customerId),
      asked.map(({ meter }) => meter),
      asked.map(({ startsAt }) => startsAt),
      asked.map(({ endsAt }) => endsAt),
      asked.map(({ minute }) => minute),
    ],
  );
  for (const { nr, own, others, ...row } of rows)
    questions[nr]?.usage.push({ ...row, own: BigInt(own), others: BigInt(others) });
  return questions;
}

/** Queries the totals, and subtracts the usage of other periods in shared minutes. */
export async function shownUsage({ whole, usage }: PeriodQuestion, ask: AskTotal): Promise<ShownTotal> {
  const shown: ShownTotal = { units: 0n, unsettled: false, uncertain: false };
  if (whole) shown.units = await ask(whole.from, whole.to);
  for (const { minute, used, own, others, unsettled, shared } of usage) {
    if (!used) continue;
    const total = await ask(minute, nextMinute(minute));
    shown.units += total - others;
    shown.unsettled ||= unsettled;
    shown.uncertain ||= shared && total !== own + others;
  }
  return shown;
}
