import type pg from 'pg';
import type { IntentState } from './usage.tables.js';

/** What the provider is to be told, as it stands in `usage_intents`. */
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
  /** When it was tried before; null when it never was. */
  attemptedAt: Date | null;
}

/** How telling an intent ended. */
export interface Outcome {
  intent: Intent;
  state: Extract<IntentState, 'pending' | 'sent' | 'expired'>;
  /** For one that stays pending: when it is tried again. */
  nextAttemptAt: Date;
  reason: string | null;
}

type IntentRow = Omit<Intent, 'value'> & { value: string };

const COLUMNS = `customer_id as "customerId", meter, starts_at as "startsAt", n, value::text as value, at,
  own_minute as "ownMinute", adjustment, attempts, attempted_at as "attemptedAt"`;

const toIntent = (row: IntentRow): Intent => ({ ...row, value: BigInt(row.value) });

/**
 * The intents that are due, one at most of each customer and meter: the provider takes them one at a time.
 * @param options `providerIsWell`: those that wait because it was not are due as well.
 */
export async function dueIntents(
  client: pg.ClientBase,
  now: Date,
  limit: number,
  options: { customerId?: string | undefined; providerIsWell: boolean },
): Promise<Intent[]> {
  const { rows } = await client.query<IntentRow>(
    `select distinct on (customer_id, meter) ${COLUMNS} from usage_intents
     where state = 'pending' and (next_attempt_at <= $1 or $4 and reason is null)
       and ($3::text is null or customer_id = $3)
     order by customer_id, meter, starts_at, n limit $2`,
    [now, limit, options.customerId ?? null, options.providerIsWell],
  );
  return rows.map(toIntent);
}

/** One that was taken, and is proven or not yet. */
export interface Standing extends Intent {
  state: IntentState;
  sentAt: Date | null;
}

/** Intents of a customer and meter that were taken and are not proven yet, with those that were. */
export async function standingIntents(
  client: pg.ClientBase,
  customerId: string,
  meter: string,
  from: Date,
  to: Date,
): Promise<Standing[]> {
  const { rows } = await client.query<IntentRow & { state: IntentState; sentAt: Date | null }>(
    `select ${COLUMNS}, state, sent_at as "sentAt" from usage_intents
     where customer_id = $1 and meter = $2 and at >= $3 and at < $4 and state in ('sent', 'proven')
     order by at, n`,
    [customerId, meter, from, to],
  );
  return rows.map((row) => ({ ...toIntent(row), state: row.state, sentAt: row.sentAt }));
}

const KEYS = `unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[])`;
const MATCH = `i.customer_id = k.customer_id and i.meter = k.meter and i.starts_at = k.starts_at and i.n = k.n`;
const keysOf = (intents: readonly Pick<Intent, 'customerId' | 'meter' | 'startsAt' | 'n'>[]): unknown[] => [
  intents.map(({ customerId }) => customerId),
  intents.map(({ meter }) => meter),
  intents.map(({ startsAt }) => startsAt),
  intents.map(({ n }) => n),
];

/** Before intents are told: from now on they may have been. */
export async function markAttempt(
  client: pg.ClientBase,
  intents: readonly Intent[],
  now: Date,
): Promise<void> {
  await client.query(
    `update usage_intents i set attempted_at = $5, attempts = attempts + 1
     from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH}`,
    [...keysOf(intents), now],
  );
}

/** After they were told, or not. An expired one gives what it said back to be told, or to be decided about. */
export async function settle(client: pg.ClientBase, outcomes: readonly Outcome[], now: Date): Promise<void> {
  if (outcomes.length === 0) return;
  const intents = outcomes.map(({ intent }) => intent);
  await client.query(
    `update usage_intents i set state = k.state, next_attempt_at = k.next_attempt_at, reason = k.reason,
       sent_at = case when k.state = 'sent' then $8::timestamptz else sent_at end
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[], $5::text[], $6::timestamptz[], $7::text[])
       as k (customer_id, meter, starts_at, n, state, next_attempt_at, reason)
     where ${MATCH}`,
    [
      ...keysOf(intents),
      outcomes.map(({ state }) => state),
      outcomes.map(({ nextAttemptAt }) => nextAttemptAt),
      outcomes.map(({ reason }) => reason),
      now,
    ],
  );
  await giveBack(
    client,
    outcomes.filter(({ state }) => state === 'expired').map(({ intent }) => intent),
  );
}

export async function markProven(client: pg.ClientBase, intents: readonly Intent[]): Promise<void> {
  await client.query(
    `update usage_intents i set state = 'proven'
     from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH} and i.state = 'sent'`,
    keysOf(intents),
  );
}

/** Taken by the provider and not in its totals: what it said is to be told again, under a new number. */
export async function markLost(client: pg.ClientBase, intent: Intent): Promise<void> {
  await client.query('begin');
  try {
    const { rowCount } = await client.query(
      `update usage_intents i set state = 'lost', reason = 'not_in_totals'
       from ${KEYS} as k (customer_id, meter, starts_at, n) where ${MATCH} and i.state = 'sent'`,
      keysOf([intent]),
    );
    if (rowCount) await giveBack(client, [intent]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function giveBack(client: pg.ClientBase, intents: readonly Intent[]): Promise<void> {
  for (const { customerId, meter, startsAt, value, adjustment } of intents)
    if (!adjustment)
      await client.query(
        `update meter_usage set told = told - $4 where customer_id = $1 and meter = $2 and starts_at = $3`,
        [customerId, meter, startsAt, value.toString()],
      );
}
