import type { FastifyReply } from 'fastify';
import { KEY_LIFETIME_MS } from './ledger/key-rows.js';
import type { KeyedAnswer } from './ledger/ledger-entry.js';

/** A longer answer is not kept: the same call is then made, and billed, again. */
const MAX_BODY_BYTES = 64 * 1_024;
/** What belongs to one exchange alone, or is worked out anew. */
const NOT_KEPT = new Set([
  'x-request-id',
  'content-length',
  'date',
  'connection',
  'transfer-encoding',
  'set-cookie',
]);

/**
 * The answer to a call with an `Idempotency-Key`, to be given again.
 * @returns `undefined` for an answer that is not kept: a stream, too long, or a failure of ours, which the same call may
 * overcome.
 */
export function answerToKeep(
  held: { key: string; fingerprint: string },
  reply: FastifyReply,
  payload: unknown,
  now: number,
): KeyedAnswer | undefined {
  if (reply.statusCode >= 500) return undefined;
  const body = bytesOf(payload);
  if (!body || body.length > MAX_BODY_BYTES) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined && !NOT_KEPT.has(name))
      headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return {
    ...held,
    status: reply.statusCode,
    headers,
    body: body.toString('base64'),
    expiresAt: now + KEY_LIFETIME_MS,
  };
}

function bytesOf(payload: unknown): Buffer | undefined {
  if (payload === null || payload === undefined) return Buffer.alloc(0);
  if (typeof payload === 'string') return Buffer.from(payload);
  return Buffer.isBuffer(payload) ? payload : undefined;
}
