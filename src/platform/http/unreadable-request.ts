import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../errors/error-codes.js';
import { newId } from '../ids/ids.js';
import { PROBLEM_JSON, problem } from './problem-details.js';
import { STATUS_OF } from './status-of.js';

/** Node's own limit for the request line and all headers (`--max-http-header-size`), in bytes. */
const HEADERS_BYTES = 16_384;

const DETAIL_OF = {
  headers_too_large: `The URL and headers are longer than ${HEADERS_BYTES} bytes. Shorten them.`,
  request_timeout: 'The request timed out. Send it again.',
  malformed_request: 'The request is not valid HTTP.',
} as const satisfies Partial<Record<ErrorCode, string>>;

type ParserError = Error & { code?: string; rawPacket?: unknown };

/** Answers requests that Node's parser refuses, in the form of every error. */
export function answerUnreadable(error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [head, body] = answerTo(error.code);
  // The answer to HEAD is its headers alone.
  const isHead = Buffer.isBuffer(error.rawPacket) && error.rawPacket.toString('latin1', 0, 5) === 'HEAD ';
  if (socket.writable) socket.write(isHead ? head : head + body);
  socket.destroy();
}

function answerTo(cause: string | undefined): [head: string, body: string] {
  const code = codeOf(cause);
  const status = STATUS_OF[code];
  const id = newId();
  const body = JSON.stringify(problem(status, code, DETAIL_OF[code], id));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `content-type: ${PROBLEM_JSON}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
    '',
    '',
  ].join('\r\n');
  return [head, body];
}

function codeOf(cause: string | undefined): keyof typeof DETAIL_OF {
  if (cause === 'HPE_HEADER_OVERFLOW') return 'headers_too_large';
  return cause === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request_timeout' : 'malformed_request';
}
