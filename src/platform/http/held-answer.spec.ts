import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../test/support/processes.js';
import { type Chunk, HeldAnswer } from './held-answer.js';

let server: Server;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Holds until the test says. */
class Held extends HeldAnswer {
  readonly begun: (Chunk | undefined)[] = [];
  closed: boolean | undefined;

  protected begins(body: Chunk | undefined): void {
    this.begun.push(body);
  }

  protected closes(answered: boolean): void {
    this.closed = answered;
  }
}

type Handler = (response: ServerResponse) => unknown;

interface Exchange {
  held: Held;
  response: ServerResponse;
  /** What the caller has; `undefined` while nothing has come. */
  seen():
    | { status: number | undefined; headers: IncomingMessage['headers']; text: string; complete: boolean }
    | undefined;
  hangUp(): void;
}

/** An answer of Node's own server, without a framework: what Fastify and Express end in. */
async function answer(handler: Handler, method = 'GET'): Promise<Exchange> {
  let answered: IncomingMessage | undefined;
  let text = '';
  const reached = new Promise<[Held, ServerResponse]>((resolve) => {
    server = createServer((_request, response) => {
      const held = new Held(response, 'the-id');
      handler(response);
      resolve([held, response]);
    }).listen(0, '127.0.0.1');
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method }, (incoming) => {
    answered = incoming;
    incoming.on('data', (data: Buffer) => (text += data.toString())).on('error', () => undefined);
  });
  sent.on('error', () => undefined).end();
  const [held, response] = await reached;
  return {
    held,
    response,
    hangUp: () => sent.destroy(),
    seen: () =>
      answered && {
        status: answered.statusCode,
        headers: answered.headers,
        text,
        complete: answered.complete,
      },
  };
}

const WAYS: [string, Handler, string | undefined][] = [
  ['end(body)', (response) => response.end('abc'), 'abc'],
  ['end(body, encoding, callback)', (response) => response.end('YWJj', 'base64', () => undefined), 'YWJj'],
  ['writeHead and end', (response) => response.writeHead(200, { 'x-own': '1' }).end('abc'), 'abc'],
  ['writes', (response) => (response.write('a'), response.write('b'), response.end('c')), undefined],
  ['flushHeaders', (response) => (response.flushHeaders(), response.end('abc')), undefined],
  ['pipe', (response) => Readable.from(['a', 'b', 'c']).pipe(response), undefined],
  [
    'pipeline',
    (response) => void pipeline(Readable.from(['a', 'b', 'c']), response).catch(() => undefined),
    undefined,
  ],
];

describe.each(WAYS)('an answer by %s', (_way, handler, body) => {
  it('sends nothing until it is released, and then all of it', async () => {
    const { held, seen } = await answer(handler);
    await until(() => held.begun.length > 0);
    expect([held.begun, held.isHeld, held.status, seen()]).toEqual([[body], true, 200, undefined]);
    held.release();
    await until(() => seen()?.complete);
    expect(seen()).toMatchObject({ status: 200, text: 'abc', headers: { 'x-request-id': 'the-id' } });
    await until(() => held.closed);
  });

  it('is given though idle connections are closed while it is held, as servers that end do', async () => {
    const { held, seen } = await answer(handler);
    await until(() => held.begun.length > 0);
    server.close();
    server.closeIdleConnections();
    held.release();
    await until(() => seen()?.complete, 2_000).catch(() => undefined);
    expect(seen()).toMatchObject({ status: 200, text: 'abc' });
  });

  it('is given otherwise when it is replaced', async () => {
    const { held, seen } = await answer(handler);
    await until(() => held.begun.length > 0);
    held.replace({ status: 503, headers: { 'retry-after': '1' }, body: 'another' });
    await until(() => seen()?.complete);
    expect(seen()).toMatchObject({
      status: 503,
      text: 'another',
      headers: { 'retry-after': '1', 'content-length': '7', 'x-request-id': 'the-id' },
    });
    expect(seen()?.headers).not.toHaveProperty('x-own');
  });

  it('to a caller who has hung up is over, and harms nobody', async () => {
    const { held, hangUp, response } = await answer(handler);
    await until(() => held.begun.length > 0);
    hangUp();
    await until(() => held.closed !== undefined);
    held.release();
    expect([held.closed, response.destroyed]).toEqual([true, true]);
  });
});

it('a writer is told to wait while its answer is held, and to go on when it is released', async () => {
  let drained = false;
  const { held, response, seen } = await answer((each) => each.on('drain', () => (drained = true)));
  expect(response.write('a')).toBe(false);
  expect(drained).toBe(false);
  held.release();
  await until(() => drained);
  response.end('b');
  await until(() => seen()?.complete);
  expect(seen()?.text).toBe('ab');
});

it('a caller that does not read stops the writer', async () => {
  const { held, response, seen } = await answer(() => undefined);
  response.write('a');
  held.release();
  await until(() => seen()?.text === 'a');
  const large = Buffer.alloc(1_000_000);
  let writes = 0;
  while (response.write(large) && writes < 100) writes++;
  expect(writes).toBeLessThan(100);
});

it.each([
  ['HEAD', 'HEAD', 200],
  ['204', 'GET', 204],
  ['304', 'GET', 304],
])('an answer without a body is held and replaced as well: %s', async (_what, method, status) => {
  const { held, seen } = await answer((response) => response.writeHead(status).end('ignored'), method);
  expect([held.isHeld, held.status]).toEqual([true, status]);
  held.replace({ status: 503, headers: {}, body: 'another' });
  await until(() => seen()?.complete);
  expect(seen()).toMatchObject({ status: 503, text: method === 'HEAD' ? '' : 'another' });
});

it('informational answers are not held', async () => {
  const { held } = await answer((response) => response.writeProcessing());
  expect(held.begun).toEqual([]);
});

it('a head that is not valid fails where it is given, and another answer can follow', async () => {
  const { held, response, seen } = await answer(() => undefined);
  expect(() => response.writeHead(99)).toThrow('Invalid status code');
  expect(held.isHeld).toBe(false);
  response.writeHead(500).end('abc');
  held.release();
  await until(() => seen()?.complete);
  expect(seen()).toMatchObject({ status: 500, text: 'abc' });
});
