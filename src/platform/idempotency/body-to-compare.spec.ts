import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Exchange } from '../http/exchange.js';
import { bodyToCompare } from './body-to-compare.js';

const requestOf = (body: unknown, request: object = { headers: {}, readableEnded: true }): Exchange =>
  ({ request, body }) as Exchange;

describe('what tells requests under a key apart', () => {
  it.each([
    ['JSON', { a: 1 }, { a: 1 }],
    ['bytes', Buffer.from('abc'), 'YWJj'],
    ['nothing', undefined, undefined],
  ])('is their body: %s', (_what, body, compared) => {
    expect(bodyToCompare(requestOf(body))).toEqual(compared);
  });

  it.each([
    ['a Node stream', Readable.from(['a'])],
    ['a web stream', new ReadableStream()],
    ['parts that come one by one', (async function* () {})()],
  ])('is not known of %s: the key is refused by name', (_what, body) => {
    expect(() => bodyToCompare(requestOf(body))).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        fields: [{ field: 'Idempotency-Key', message: expect.stringContaining('leave it out') as unknown }],
      }),
    );
  });

  it('is not known while nobody has read the body', async () => {
    const outcome = await new Promise<unknown>((resolve) => {
      const server = createServer((raw: IncomingMessage, response) => {
        try {
          resolve(bodyToCompare(requestOf(undefined, raw)));
        } catch (error) {
          resolve(error);
        }
        response.end();
        server.close();
      }).listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        void fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'an upload' });
      });
    });
    expect(outcome).toMatchObject({ code: 'validation_failed' });
  });
});
