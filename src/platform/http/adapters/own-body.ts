import { FareboxError } from '../../errors/farebox-error.js';
import type { AppliedLimits, Exchange } from '../exchange.js';
import { depthOf, MAX_JSON_DEPTH } from '../json-body.js';
import type { IncomingMessage } from 'node:http';
import { readRawBody } from '../raw-body.js';
import { bodyTooLarge, OWN_BODY_BYTES } from '../route-limits.js';

/**
 * The body of a route of our own, read before the parsers of the application see it: refusals are in our form, and within
 * our limits. `undefined` for other routes, whose bodies are left to them.
 * @throws {FareboxError} `payload_too_large`, `unsupported_media_type`, `malformed_request`
 */
export async function ownBodyOf(
  { request }: Exchange,
  limits: AppliedLimits,
): Promise<{ parsed?: unknown } | undefined> {
  const { bodyBytes = OWN_BODY_BYTES, own } = limits;
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes)
    throw new FareboxError('payload_too_large', bodyTooLarge(limits));
  if (!own) return undefined;
  const raw = await readRawBody(request, bodyBytes);
  if (raw.length === 0) return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new FareboxError(
      'unsupported_media_type',
      'This content type is not accepted. Send JSON, with "content-type: application/json".',
    );
  return { parsed: parse(raw.toString()) };
}

/** Whether a request says that it has a body. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function parse(text: string): unknown {
  if (depthOf(text) > MAX_JSON_DEPTH)
    throw new FareboxError(
      'malformed_request',
      `The body is nested too deeply. ${MAX_JSON_DEPTH} levels are read.`,
    );
  try {
    return JSON.parse(text, withoutPrototypes);
  } catch (error) {
    if (error instanceof FareboxError) throw error;
    throw new FareboxError(
      'malformed_request',
      'The request cannot be read. Check that the URL is well-formed and the body is valid JSON.',
      { cause: error },
    );
  }
}

/** As Fastify's parser: a field `__proto__` is an attack. */
function withoutPrototypes(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new FareboxError('malformed_request', 'The body has a field "__proto__".');
  return value;
}
