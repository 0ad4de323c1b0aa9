import type pg from 'pg';
import type { LedgerEntry } from './ledger-entry.js';

/** Keeps a call that the ledger's columns do not accept. Keeping it again changes nothing. */
export async function parkCall(client: pg.ClientBase, entry: LedgerEntry, refusal: unknown): Promise<void> {
  const { code } = refusal as { code?: string };
  await park(client, 'call', entry.call.id, code ?? 'unknown', JSON.stringify(entry));
}

/** Keeps the exchange of a call that the analytics provider refuses. */
export async function parkExchange(
  client: pg.ClientBase,
  callId: string,
  reason: string,
  exchange: string,
): Promise<void> {
  await park(client, 'exchange', callId, reason, exchange);
}

/** JSON escapes what PostgreSQL cannot store in a text, so any entry can be kept. */
async function park(
  client: pg.ClientBase,
  kind: string,
  id: string,
  reason: string,
  entry: string,
): Promise<void> {
  await client.query(
    'insert into farebox.ledger_parked (kind, id, reason, entry) values ($1, $2, $3, $4) on conflict do nothing',
    [kind, id, reason, entry],
  );
}
