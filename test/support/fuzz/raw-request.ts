import { type Agent, type IncomingMessage, request } from 'node:http';
import type { FuzzRequest } from './requests.js';

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** Without a body, these are sent without its length. */
const BODILESS = new Set(['GET', 'HEAD']);
/** A stream that does not end by itself is read so far. */
const FIRST_OF_STREAM = 'text/event-stream';

/**
 * Sends a request as it is, without making it better, as `fetch` would.
 * @throws when the connection ends without an answer.
 */
export function sendRaw(
  url: string,
  { method, target, headers, body }: FuzzRequest,
  agent: Agent,
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const bytes = Buffer.from(body ?? '');
  const own: [string, string][] = headers.some(([name]) => name === 'host') ? [] : [['host', host]];
  const isChunked = headers.some(([name]) => name === 'transfer-encoding');
  if (!isChunked && (body !== undefined || !BODILESS.has(method)))
    own.push(['content-length', String(bytes.length)]);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      method,
      path: target,
      headers: [...own, ...headers].flat(),
      agent,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      const settle = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      response.on('error', reject);
      response.on('end', settle);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!String(response.headers['content-type']).startsWith(FIRST_OF_STREAM)) return;
        settle();
        outgoing.destroy();
      });
    });
    outgoing.end(bytes);
  });
}
