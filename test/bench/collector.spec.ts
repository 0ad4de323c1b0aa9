import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { startProcess, until } from '../support/processes.js';

let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  await startProcess({
    script: fileURLToPath(new URL('../../bench/servers/collector.js', import.meta.url)),
    env: { PORT: String(port) },
    ready: { http: `${url}/counts` },
  });
});

async function send(events: unknown[]): Promise<void> {
  const { status } = await fetch(`${url}/v1/events/batch`, {
    method: 'POST',
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(events)),
  });
  expect(status).toBe(201);
}

const event = (id?: string) => ({
  request: { verb: 'GET' },
  ...(id === undefined ? {} : { transaction_id: id }),
});
const counts = async (): Promise<unknown> => (await fetch(`${url}/counts`)).json();

it('counts events, and tells those with an id of their own apart', async () => {
  const ids = ['019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55', '019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e56'];
  await send(ids.map((id) => event(id)));
  await send([event(ids[0])]);
  await send([event(), event(), event()]);
  await until(async () => {
    expect(await counts()).toEqual({ events: 6, distinct: 2 });
    return true;
  });
});
