import type { Exchange } from '../../../platform/http/exchange.js';
import { bodyToCompare } from '../../../platform/idempotency/body-to-compare.js';
import { fingerprint } from '../../../platform/idempotency/fingerprint.js';
import {
  IdempotencyKeyInUseError,
  IdempotencyKeyReusedError,
} from '../../../platform/idempotency/idempotency-errors.js';
import { readIdempotencyKey } from '../../../platform/idempotency/idempotency-key.decorator.js';
import type { CallKeys } from './call-keys.js';
import type { HeldKey } from '../store/ledger-entry.js';

/** The earlier answer to the same call. */
export interface Replay {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/**
 * Claims the `Idempotency-Key` of a request, or finds the answer stored under it. Each end user has separate keys: two
 * may choose the same. A key that is sent contains no blank.
 * @throws {FareboxError} {IdempotencyKeyInUseError} {IdempotencyKeyReusedError}
 */
export async function claimedKey(
  keys: CallKeys,
  exchange: Exchange,
): Promise<{ key: HeldKey } | { replay: Replay }> {
  const name = readIdempotencyKey(exchange) ?? '';
  const { method, url, principal } = exchange;
  const body = bodyToCompare(exchange);
  const key = principal?.role === 'end_user' ? `${principal.user} ${name}` : name;
  const held = await keys.claim({
    customerId: principal?.account.customerId ?? '',
    key,
    fingerprint: fingerprint({ method, url, body }),
    callId: exchange.id,
  });
  switch (held.state) {
    case 'claimed':
      return { key: { key, fingerprint: held.fingerprint } };
    case 'answered':
      return { replay: held };
    case 'in_use':
      throw new IdempotencyKeyInUseError();
    case 'other_request':
      throw new IdempotencyKeyReusedError();
  }
}
