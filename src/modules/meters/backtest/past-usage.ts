import type pg from 'pg';
import { aggregationOf, type MeterDefinition } from '../../../catalog/index.js';
import { recount } from '../counting/recount.js';

/** A customer's billing period: the value of the present meter, and the value that a changed one would have. */
export interface PastUsage {
  customerId: string;
  /** The account's current plan; null when the account is gone. */
  plan: string | null;
  startsAt: Date;
  endsAt: Date;
  present: bigint;
  changed: bigint;
}

export interface PastScope {
  /** Periods that end after this, UTC. */
  from: Date;
  /** Periods that begin before this, UTC. */
  to: Date;
  /** The ledger keeps the calls since then. */
  keptSince: Date;
}

/**
 * Counts whole billing periods again with the meter `changed`, and returns them with the values of the present meter of
 * that name. Reads one snapshot and changes nothing.
 * @returns the periods whose calls are all kept, and the number of the others.
 */
export async function pastUsage(
  client: pg.ClientBase,
  changed: MeterDefinition,
  providerMeter: string,
  { from, to, keptSince }: PastScope,
): Promise<{ usage: PastUsage[]; tooOld: number }> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const carries = aggregationOf(changed).carried;
    // The value carried into a period may come from any time before it.
    const since = carries ? new Date(0) : from;
    const counted = await recount(client, changed, providerMeter, { from: since, to });
    const shown = await shownUsage(client, changed.name, providerMeter);
    const plans = await plansOf(client);
    const usage: PastUsage[] = [];
    let tooOld = 0;
    let carried = { customerId: '', value: 0n };
    for (const { customerId, startsAt, endsAt, value } of counted) {
      if (carried.customerId !== customerId) carried = { customerId, value: 0n };
      if (value !== null) carried.value = value;
      if (endsAt <= from) continue;
      if (startsAt < keptSince) {
        tooOld++;
        continue;
      }
      usage.push({
        customerId,
        plan: plans.get(customerId) ?? null,
        startsAt,
        endsAt,
        present: shown.get(keyOf(customerId, startsAt)) ?? 0n,
        changed: carries ? carried.value : (value ?? 0n),
      });
    }
    return { usage, tooOld };
  } finally {
    await client.query('rollback');
  }
}

const keyOf = (customerId: string, startsAt: Date): string => `${customerId} ${startsAt.getTime()}`;

async function shownUsage(
  client: pg.ClientBase,
  meter: string,
  providerMeter: string,
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await client.query<{ customerId: string; startsAt: Date; value: string }>(
    `select u.customer_id as "customerId", u.starts_at as "startsAt", u.value::text as value
     from farebox.meter_usage u
     join farebox.usage_periods p on p.customer_id = u.customer_id and p.provider_meter = $2 and p.starts_at = u.starts_at
     where u.meter = $1`,
    [meter, providerMeter],
  );
  return new Map(rows.map(({ customerId, startsAt, value }) => [keyOf(customerId, startsAt), BigInt(value)]));
}

async function plansOf(client: pg.ClientBase): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ customerId: string; plan: string }>(
    'select customer_id as "customerId", plan from farebox.accounts',
  );
  return new Map(rows.map(({ customerId, plan }) => [customerId, plan]));
}
