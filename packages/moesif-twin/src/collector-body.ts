import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MoesifError } from './moesif-error.js';

/** Largest body, in bytes, packed or unpacked. */
export const maxBodyBytes = 50 * 1024 * 1024;

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** A body as it was sent, unpacked, beside what it says. */
export interface CollectorBody {
  text: string;
  json: unknown;
}

/**
 * Makes the routes of this scope take JSON, plain or packed (`content-encoding`), whatever the content type says, as a
 * {@link CollectorBody}. A body that cannot be unpacked or parsed is answered 400.
 */
export function acceptCollectorBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    async (request: FastifyRequest, body: Buffer): Promise<CollectorBody> => {
      const text = (await unpack(body, request.headers['content-encoding'])).toString('utf8');
      return { text, json: parseJson(text) };
    },
  );
}

/**
 * The JSON of a body.
 * @throws MoesifError 400; the message does not repeat the body.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MoesifError(400, 'The body is not JSON');
  }
}

async function unpack(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity') return body;
  const decode = decoders.get(name);
  if (!decode) throw new MoesifError(415, 'Unknown content-encoding: use gzip, deflate, br or none');
  try {
    return await decode(body, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new MoesifError(413, `The unpacked body is larger than ${maxBodyBytes} bytes`);
    }
    throw new MoesifError(400, `The body is not ${name}`);
  }
}
