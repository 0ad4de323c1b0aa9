import type pg from 'pg';
import type { HeldKey, KeyedAnswer, LedgerCall } from './ledger-entry.js';

/** How long an unanswered claim excludes other calls. A handler that takes longer may be run again; it is still billed once. */
export const CLAIM_MS = 60_000;
/** How long an answer is replayed. */
export const KEY_LIFETIME_MS = 24 * 3_600_000;

/** The state of a key when a call arrives with it. */
export type KeyState =
  | { state: 'claimed' }
  | { state: 'in_use' }
  | { state: 'other_request' }
  | { state: 'answered'; status: number; headers: Record<string, string>; body: Buffer };

/** Takes the key for a call, before its handler runs. One round trip unless the key is taken. */
export async function claimKey(
  sql: pg.Pool,
  claim: { customerId: string; key: string; fingerprint: string; callId: string; now: number },
): Promise<KeyState> {
  const { customerId, key, fingerprint, callId, now } = claim;
  const taken = await sql.query(
    `insert into farebox.call_keys as held (customer_id, key, fingerprint, call_id, claimed_until, expires_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (customer_id, key) do update set
       fingerprint = excluded.fingerprint, call_id = excluded.call_id, claimed_until = excluded.claimed_until,
       expires_at = excluded.expires_at, status = null, headers = null, body = null
     where held.expires_at <= $7
        or (held.status is null and held.claimed_until <= $7 and held.fingerprint = excluded.fingerprint)`,
    [
      customerId,
      key,
      fingerprint,
      callId,
      new Date(now + CLAIM_MS),
      new Date(now + KEY_LIFETIME_MS),
      new Date(now),
    ],
  );
  if (taken.rowCount) return { state: 'claimed' };
  const { rows } = await sql.query<{
    fingerprint: string;
    status: number | null;
    headers: Record<string, string> | null;
    body: Buffer | null;
  }>('select fingerprint, status, headers, body from farebox.call_keys where customer_id = $1 and key = $2', [
    customerId,
    key,
  ]);
  const [held] = rows;
  if (held && held.fingerprint !== fingerprint) return { state: 'other_request' };
  if (held?.status == null) return { state: 'in_use' };
  return {
    state: 'answered',
    status: held.status,
    headers: held.headers ?? {},
    body: held.body ?? Buffer.alloc(0),
  };
}

/**
 * Stores the answer of a call under its key, in the transaction of the ledger.
 * @returns whether the call is billed: not when another call with the same request was billed under the same key (the
 * claim had expired, or the call was spooled while the key could not be looked up).
 */
export async function storeAnswer(
  client: pg.ClientBase,
  call: LedgerCall,
  answer: KeyedAnswer,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into farebox.call_keys as held (customer_id, key, fingerprint, call_id, claimed_until, status, headers, body, expires_at)
     values ($1, $2, $3, $4, now(), $5, $6, decode($7, 'base64'), to_timestamp($8 / 1000.0))
     on conflict (customer_id, key) do update set
       call_id = excluded.call_id, status = excluded.status, headers = excluded.headers, body = excluded.body
     where (held.fingerprint = excluded.fingerprint and (held.call_id = excluded.call_id or held.status is null))
        or held.expires_at <= excluded.expires_at - interval '24 hours'`,
    [
      call.customerId,
      answer.key,
      answer.fingerprint,
      call.id,
      answer.status,
      JSON.stringify(answer.headers),
      answer.body,
      answer.expiresAt,
    ],
  );
  if (rowCount) return true;
  // The key holds another request (only possible while keys could not be looked up): this one was served, and is billed.
  const { rowCount: other } = await client.query(
    'select 1 from farebox.call_keys where customer_id = $1 and key = $2 and fingerprint <> $3',
    [call.customerId, answer.key, answer.fingerprint],
  );
  return (other ?? 0) > 0;
}

/** Whether the corrected call is billed: not when the same call was answered and billed by another process. */
export async function isBilledUnder(
  client: pg.ClientBase,
  { customerId, corrects }: LedgerCall,
  { key, fingerprint }: HeldKey,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from farebox.call_keys where customer_id = $1 and key = $2 and fingerprint = $3 and status is not null
       and call_id <> $4`,
    [customerId, key, fingerprint, corrects],
  );
  return !rowCount;
}

/** Gives up the claim of a call whose answer is not kept: the next call with the key is a new one. */
export async function giveUpKey(client: pg.ClientBase, call: LedgerCall, key: string): Promise<void> {
  await client.query(
    'delete from farebox.call_keys where customer_id = $1 and key = $2 and call_id = $3 and status is null',
    [call.customerId, key, call.id],
  );
}

export async function forgetExpiredKeys(sql: pg.Pool, now: number): Promise<void> {
  await sql.query('delete from farebox.call_keys where expires_at <= $1', [new Date(now)]);
}
