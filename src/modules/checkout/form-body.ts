import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { contentTypeOf, readRawBody } from '../../platform/http/raw-body.js';
import { FORM_BYTES } from '../../platform/http/route-limits.js';

/**
 * The fields of a form, as a browser without JavaScript sends them; of a name that comes twice, the last.
 * @throws {FareboxError} `unsupported_media_type`, `payload_too_large`, `malformed_request`
 */
export async function readForm({
  request,
}: Pick<Exchange, 'request'>): Promise<Readonly<Record<string, string | undefined>>> {
  const body = await readRawBody(request, FORM_BYTES);
  if (body.length === 0) return {};
  if (contentTypeOf(request) !== 'application/x-www-form-urlencoded')
    throw new FareboxError('unsupported_media_type', 'This content type is not accepted. Send a form.');
  return Object.fromEntries(new URLSearchParams(body.toString()));
}
