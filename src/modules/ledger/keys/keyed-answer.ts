import type { OutgoingHttpHeaders } from 'node:http';
import type { Chunk } from '../../../platform/http/held-answer.js';
import { KEY_LIFETIME_MS } from '../store/key-rows.js';
import type { KeyedAnswer } from '../store/ledger-entry.js';

/** A longer answer is not kept: the same call is then made, and billed, again. */
const MAX_BODY_BYTES = 64 * 1_024;
/** Headers that belong to one exchange only, or are computed again. */
const NOT_KEPT = new Set([
  'x-request-id',
  'content-length',
  'date',
  'connection',
  'transfer-encoding',
  'set-cookie',
]);

/**
 * The answer to a call with an `Idempotency-Key`, for replay.
 * @returns `undefined` for an answer that is not kept: sent in parts, too long, or a failure of ours that a retry may
 * overcome.
 */
export function answerToKeep(
  held: { key: string; fingerprint: string },
  answer: { status: number; headers: OutgoingHttpHeaders; body: Chunk | undefined },
  now: number,
): KeyedAnswer | undefined {
  if (answer.status >= 500 || answer.body === undefined) return undefined;
  const body = Buffer.from(answer.body as string);
  if (body.length > MAX_BODY_BYTES) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !NOT_KEPT.has(name))
      headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return {
    ...held,
    status: answer.status,
    headers,
    body: body.toString('base64'),
    expiresAt: now + KEY_LIFETIME_MS,
  };
}
