import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { Exchange } from './exchange.js';

/**
 * A stream as an answer, whatever the adapter: it ends when the client leaves, and an answer that breaks off is cut, so
 * that it cannot be taken for a whole one. The answer to HEAD is its headers alone.
 */
export function streamed(
  { method, response }: Exchange,
  stream: Readable,
  options: { type: string; disposition?: string },
): StreamableFile {
  response.once('close', () => stream.destroy());
  if (method !== 'HEAD') return new StreamableFile(stream, options).setErrorHandler(() => response.destroy());
  stream.destroy();
  return new StreamableFile(Readable.from([]), options);
}

/** Server-sent events as an answer. */
export function answerEvents(exchange: Exchange, stream: Readable): StreamableFile {
  exchange.response.setHeader('cache-control', 'no-store');
  // nginx would buffer the events otherwise.
  exchange.response.setHeader('x-accel-buffering', 'no');
  return streamed(exchange, stream, { type: 'text/event-stream; charset=utf-8' });
}
