import type pg from 'pg';
import { type CountedMeter, recount } from '../../meters/index.js';
import { IS_FINAL } from '../../billing/index.js';

/** A snapshot of the recorded usage of one customer, meter and billing period. */
export interface BookedUsage {
  customerId: string;
  meter: string;
  startsAt: Date;
  endsAt: Date;
  /** The subscription on which it is billed. */
  subscriptionId: string;
  priceId: string;
  /** Counted again from the raw calls; carried values count as counted. */
  ledger: bigint;
  /** The meter's value. */
  meterValue: bigint;
  /** Recorded for reporting, whatever its state since, except for lost or expired usage. */
  reported: bigint;
  /** Found too late to be reported, and billed as invoice items by an operator's decision. */
  billed: bigint;
  /** The same, decided and not billed yet. */
  deciding: bigint;
  /** Of this, units that the provider accepted at times within the period. */
  taken: bigint;
  /** Of what was recorded for the period, units that the provider accepted, at any time. */
  takenOf: bigint;
  /** Of this, units not proven yet. */
  unproven: bigint;
  /** Of what was recorded, units that an operator waived. */
  waived: bigint;
  /** Of what was recorded, units that could not be reported any more as the customer was deleted at the provider. */
  gone: bigint;
  /** Whether its invoice is final: nothing more is reported. */
  final: boolean;
  /** When usage was last accepted; null when nothing is unproven. */
  lastTakenAt: Date | null;
}

interface UsageRow {
  customerId: string;
  startsAt: Date;
  endsAt: Date;
  subscriptionId: string;
  priceId: string;
  value: string | null;
  carried: boolean;
  reported: string | null;
  billed: string | null;
  deciding: string | null;
  taken: string | null;
  takenOf: string | null;
  unproven: string | null;
  waived: string | null;
  gone: string | null;
  final: boolean;
  lastTakenAt: Date | null;
}

/** Units the provider accepted at times within the period; adjustments offset those of other senders. */
const takenFrom = (meter: string): string =>
  `from farebox.usage_intents i
   where i.customer_id = p.customer_id and i.meter = ${meter} and i.at >= p.starts_at and i.at < p.ends_at
     and i.state in ('sent', 'proven') and not i.adjustment`;

/**
 * Ledger, meters and intents of billing periods that end after `from`, in one snapshot, so that they can be compared
 * while calls come in.
 */
export async function bookedUsage(
  client: pg.ClientBase,
  meters: readonly CountedMeter[],
  scope: { from: Date; to: Date; customerId?: string },
): Promise<BookedUsage[]> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const booked: BookedUsage[] = [];
    for (const { definition, provider } of meters) {
      const counted = await recount(client, definition, provider.id, scope);
      const rows = await usageRows(client, definition.name, provider.id, scope);
      const recounted = new Map(counted.map((row) => [keyOf(row), row.value]));
      for (const row of rows) {
        const ledger = recounted.get(keyOf(row)) ?? null;
        // A period without calls, or with a carried value only.
        if (row.value === null && ledger === null) continue;
        const { customerId, startsAt, endsAt, subscriptionId, priceId, final, lastTakenAt } = row;
        const [billed, deciding] = [BigInt(row.billed ?? 0), BigInt(row.deciding ?? 0)];
        booked.push({
          customerId,
          meter: definition.name,
          startsAt,
          endsAt,
          subscriptionId,
          priceId,
          ledger: ledger ?? (row.carried ? BigInt(row.value ?? 0) : 0n),
          meterValue: BigInt(row.value ?? 0),
          reported: BigInt(row.reported ?? 0) - billed - deciding,
          billed,
          deciding,
          taken: BigInt(row.taken ?? 0),
          takenOf: BigInt(row.takenOf ?? 0),
          unproven: BigInt(row.unproven ?? 0),
          waived: BigInt(row.waived ?? 0),
          gone: BigInt(row.gone ?? 0),
          final,
          lastTakenAt,
        });
      }
    }
    return booked;
  } finally {
    await client.query('rollback');
  }
}

const keyOf = ({ customerId, startsAt }: { customerId: string; startsAt: Date }): string =>
  `${customerId} ${startsAt.getTime()}`;

async function usageRows(
  client: pg.ClientBase,
  meter: string,
  providerMeter: string,
  { from, to, customerId }: { from: Date; to: Date; customerId?: string },
): Promise<UsageRow[]> {
  const { rows } = await client.query<UsageRow>(
    `select p.customer_id as "customerId", p.starts_at as "startsAt", p.ends_at as "endsAt",
       p.subscription_id as "subscriptionId", p.price_id as "priceId", b.billed::text as billed,
       b.deciding::text as deciding, u.value::text as value, u.value is not null and u.latest_window is null as carried, u.told::text as reported,
       i.taken::text as taken, i.unproven::text as unproven, i.last_taken as "lastTakenAt", ${IS_FINAL} as final,
       e.taken_of::text as "takenOf", e.waived::text as waived, e.gone::text as gone
     from farebox.usage_periods p
     left join farebox.meter_usage u on u.customer_id = p.customer_id and u.meter = $1 and u.starts_at = p.starts_at
     left join lateral (
       select sum(value) as taken, sum(value) filter (where state = 'sent') as unproven,
         max(sent_at) filter (where state = 'sent') as last_taken
       ${takenFrom('$1')}
     ) i on true
     left join lateral (
       select sum(value) filter (where state in ('sent', 'proven')) as taken_of,
         sum(value) filter (where state = 'waived') as waived, sum(value) filter (where state = 'gone') as gone
       from farebox.usage_intents i where i.customer_id = p.customer_id and i.meter = $1 and i.starts_at = p.starts_at
         and not i.adjustment
     ) e on true
     left join lateral (
       select sum(coalesce(unreported, units)) filter (where state = 'billed') as billed,
         sum(coalesce(unreported, units)) filter (where state = 'pending') as deciding
       from farebox.late_bills b where b.customer_id = p.customer_id and b.meter = $1 and b.starts_at = p.starts_at
     ) b on true
     where p.provider_meter = $2 and p.ends_at > $3 and p.starts_at < $4 and ($5::text is null or p.customer_id = $5)
     order by p.customer_id, p.starts_at`,
    [meter, providerMeter, from, to, customerId ?? null],
  );
  return rows;
}

/** Units the provider accepted for a period since the snapshot. */
export interface TakenSince {
  units: bigint;
  /** When usage was last accepted; null when nothing is unproven. */
  lastTakenAt: Date | null;
}

/** In the order of `booked`. The caller must hold the reporting lock until the provider has been asked. */
export async function takenSince(
  client: pg.ClientBase,
  booked: readonly BookedUsage[],
): Promise<TakenSince[]> {
  const { rows } = await client.query<{ taken: string; lastTakenAt: Date | null }>(
    `select coalesce(i.taken, 0)::text as taken, i.last_taken as "lastTakenAt"
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
       with ordinality as p(customer_id, meter, starts_at, ends_at, nr)
     left join lateral (
       select sum(value) as taken, max(sent_at) filter (where state = 'sent') as last_taken ${takenFrom('p.meter')}
     ) i on true
     order by p.nr`,
    [
      booked.map(({ customerId }) => customerId),
      booked.map(({ meter }) => meter),
      booked.map(({ startsAt }) => startsAt),
      booked.map(({ endsAt }) => endsAt),
    ],
  );
  return rows.map(({ taken, lastTakenAt }, n) => ({
    units: BigInt(taken) - (booked[n]?.taken ?? 0n),
    lastTakenAt,
  }));
}
