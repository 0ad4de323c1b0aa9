import type pg from 'pg';
import { inTransaction } from '../../../../platform/database/in-transaction.js';
import { addReportedSql } from '../../../meters/index.js';
import type { IntentState } from '../../usage.tables.js';

/** Usage to report to the provider, as stored in `usage_intents`. */
export interface Intent {
  customerId: string;
  meter: string;
  startsAt: Date;
  n: number;
  value: bigint;
  at: Date;
  ownMinute: boolean;
  adjustment: boolean;
  attempts: number;
  /** Time of the last attempt; null when there was none. */
  attemptedAt: Date | null;
  /** Since when the provider may have it; null when every attempt certainly failed. */
  firstAttemptedAt: Date | null;
}

/** The outcome of reporting an intent. */
export interface Outcome {
  intent: Intent;
  state: Extract<IntentState, 'pending' | 'sent' | 'expired' | 'gone'>;
  /** For one that stays pending: time of the next attempt. */
  nextAttemptAt: Date;
  reason: string | null;
  /** Whether the provider may have it after this attempt. */
  mayHaveArrived: boolean;
}

type IntentRow = Omit<Intent, 'value'> & { value: string };

const COLUMNS = `customer_id as "customerId", meter, starts_at as "startsAt", n, value::text as value, at,
  own_minute as "ownMinute", adjustment, attempts, attempted_at as "attemptedAt",
  first_attempted_at as "firstAttemptedAt"`;

const toIntent = (row: IntentRow): Intent => ({ ...row, value: BigInt(row.value) });

/**
 * The intents that are due, one at most of each customer and meter: the provider takes them one at a time.
 * @param options `providerIsWell`: those waiting because it was not are due as well.
 */
export async function dueIntents(
  client: pg.ClientBase,
  now: Date,
  limit: number,
  options: { customerId?: string | undefined; providerIsWell: boolean },
): Promise<Intent[]> {
  const { rows } = await client.query<IntentRow>(
    `select distinct on (customer_id, meter) ${COLUMNS} from farebox.usage_intents
     where state = 'pending' and (next_attempt_at <= $1 or $4 and reason is null)
       and ($3::text is null or customer_id = $3)
     order by customer_id, meter, starts_at, n limit $2`,
    [now, limit, options.customerId ?? null, options.providerIsWell],
  );
  return rows.map(toIntent);
}

/** An accepted intent, proven or not yet. */
export interface Standing extends Intent {
  state: IntentState;
  sentAt: Date | null;
}

/** Unproven accepted intents of a customer and meter, with the proven ones. */
export async function standingIntents(
  client: pg.ClientBase,
  customerId: string,
  meter: string,
  from: Date,
  to: Date,
): Promise<Standing[]> {
  const { rows } = await client.query<IntentRow & { state: IntentState; sentAt: Date | null }>(
    `select ${COLUMNS}, state, sent_at as "sentAt" from farebox.usage_intents
     where customer_id = $1 and meter = $2 and at >= $3 and at < $4 and state in ('sent', 'proven')
     order by at, n`,
    [customerId, meter, from, to],
  );
  return rows.map((row) => ({ ...toIntent(row), state: row.state, sentAt: row.sentAt }));
}

export const KEYS = `unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[])`;
export const MATCH = `i.customer_id = k.customer_id and i.meter = k.meter and i.starts_at = k.starts_at and i.n = k.n`;
export const keysOf = (
  intents: readonly Pick<Intent, 'customerId' | 'meter' | 'startsAt' | 'n'>[],
): unknown[] => [
  intents.map(({ customerId }) => customerId),
  intents.map(({ meter }) => meter),
  intents.map(({ startsAt }) => startsAt),
  intents.map(({ n }) => n),
];

/** Before intents are sent: from now on they may have arrived. */
export async function markAttempt(
  client: pg.ClientBase,
  intents: readonly Intent[],
  now: Date,
): Promise<void> {
  await client.query(
    `update farebox.usage_intents i set attempted_at = $5, attempts = attempts + 1,
       first_attempted_at = coalesce(first_attempted_at, $5)
     from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH}`,
    [...keysOf(intents), now],
  );
}

/** After an attempt, whatever its outcome. The units of an expired intent are unreported again, or are left to a decision. */
export async function settle(client: pg.ClientBase, outcomes: readonly Outcome[], now: Date): Promise<void> {
  if (outcomes.length === 0) return;
  const intents = outcomes.map(({ intent }) => intent);
  await client.query(
    `update farebox.usage_intents i set state = k.state, next_attempt_at = k.next_attempt_at, reason = k.reason,
       sent_at = case when k.state = 'sent' then $9::timestamptz else sent_at end,
       -- A try that surely failed is none: it leaves nothing in doubt.
       first_attempted_at = case when k.arrived then first_attempted_at else k.first_before end,
       attempted_at = case when k.arrived then attempted_at else k.before end
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[], $5::text[], $6::timestamptz[], $7::text[],
         $8::boolean[], $10::timestamptz[], $11::timestamptz[])
       as k (customer_id, meter, starts_at, n, state, next_attempt_at, reason, arrived, first_before, before)
     where ${MATCH}`,
    [
      ...keysOf(intents),
      outcomes.map(({ state }) => state),
      outcomes.map(({ nextAttemptAt }) => nextAttemptAt),
      outcomes.map(({ reason }) => reason),
      outcomes.map(({ mayHaveArrived }) => mayHaveArrived),
      now,
      intents.map(({ firstAttemptedAt }) => firstAttemptedAt),
      intents.map(({ attemptedAt }) => attemptedAt),
    ],
  );
  await giveBack(
    client,
    outcomes.filter(({ state }) => state === 'expired').map(({ intent }) => intent),
  );
}

export async function markProven(client: pg.ClientBase, intents: readonly Intent[]): Promise<void> {
  if (intents.length === 0) return;
  await client.query(
    `update farebox.usage_intents i set state = 'proven', absent_at = null
     from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH} and i.state = 'sent'`,
    keysOf(intents),
  );
}

/** Accepted long enough ago, and not in the totals: evidence decides whether it is lost. */
export async function markAbsent(
  client: pg.ClientBase,
  intents: readonly Intent[],
  now: Date,
): Promise<void> {
  if (intents.length === 0) return;
  await client.query(
    `update farebox.usage_intents i set absent_at = coalesce(absent_at, $5)
     from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH} and i.state = 'sent'`,
    [...keysOf(intents), now],
  );
}

/**
 * Accepted by the provider and never counted: its units are reported again, under a new number.
 * @returns whether it was so: another process may have proven it meanwhile.
 */
export async function markLost(
  client: pg.ClientBase,
  intent: Intent,
  reason: string,
  now: Date,
): Promise<boolean> {
  return inTransaction(client, async () => {
    const { rowCount } = await client.query(
      `update farebox.usage_intents i set state = 'lost', reason = $6, lost_at = $5
       from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH} and i.state = 'sent'`,
      [...keysOf([intent]), now, reason],
    );
    if (rowCount) await giveBack(client, [intent]);
    return Boolean(rowCount);
  });
}

/** Final: their units are not reported again. */
export async function markEnded(
  client: pg.ClientBase,
  intents: readonly Pick<Intent, 'customerId' | 'meter' | 'startsAt' | 'n'>[],
  state: 'waived' | 'gone',
  reason: string,
): Promise<number> {
  const { rowCount } = await client.query(
    `update farebox.usage_intents i set state = $5, reason = $6
     from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH} and i.state in ('pending', 'sent', 'proven')`,
    [...keysOf(intents), state, reason],
  );
  return rowCount ?? 0;
}

/** The provider has deleted the customer: pending intents cannot be reported or proven any more. */
export async function markCustomerGone(client: pg.ClientBase, customerId: string): Promise<number> {
  const { rowCount } = await client.query(
    `update farebox.usage_intents set state = 'gone', reason = 'customer_deleted'
     where customer_id = $1 and state in ('pending', 'sent')`,
    [customerId],
  );
  return rowCount ?? 0;
}

async function giveBack(client: pg.ClientBase, intents: readonly Intent[]): Promise<void> {
  for (const { customerId, meter, startsAt, value, adjustment } of intents)
    if (!adjustment) await client.query(addReportedSql(), [customerId, meter, startsAt, (-value).toString()]);
}
