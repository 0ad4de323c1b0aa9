import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { load } from '../../bench/support/load.js';

let server: Server;
afterEach(() => {
  server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/test-service`;
}

const options = { token: 'TOKEN', connections: 4, seconds: 0.2 };

it('counts every answered call once, with the token on each', async () => {
  let asked = 0;
  const url = await serve((request, response) => {
    if (request.headers.authorization === 'Bearer TOKEN' && request.url === '/test-service') asked++;
    response.setHeader('content-length', 18).end('this is a response');
  });
  const result = await load({ ...options, url });
  expect(result.ok).toBeGreaterThan(0);
  expect(result).toMatchObject({ ok: asked, failed: 0 });
  expect(result.latencies).toHaveLength(asked);
  expect(result.latencies).toEqual(result.latencies.toSorted((one, other) => one - other));
});

it.each([
  ['another status', 503, 'this is a response'],
  ['another body', 200, 'that is a response'],
])('does not take %s for an answer', async (_what, status, body) => {
  const url = await serve((_request, response) => {
    response.writeHead(status, { 'content-length': body.length }).end(body);
  });
  const result = await load({ ...options, url });
  expect(result.ok).toBe(0);
  expect(result.failed).toBeGreaterThan(0);
});

it('puts an answer together that comes in pieces', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 18 });
    response.write('this is ');
    setImmediate(() => response.end('a response'));
  });
  const result = await load({ ...options, url });
  expect(result.failed).toBe(0);
  expect(result.ok).toBeGreaterThan(0);
});

it('fails when the server hangs up', async () => {
  const url = await serve((_request, response) => response.destroy());
  await expect(load({ ...options, url })).rejects.toThrow();
});
