import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { startMailCatcher } from './index.js';

it('startMailCatcher takes mails and shows none, until it is stopped', async () => {
  const catcher = await startMailCatcher();
  const { smtp } = (await (await fetch(`${catcher.url}/_sandbox/health`)).json()) as { smtp: string };
  const { hostname, port } = new URL(smtp);
  const socket = connect(Number(port), hostname);
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  expect(String(greeting)).toMatch(/^220 /);
  socket.destroy();
  expect(await (await fetch(`${catcher.url}/_sandbox/mails`)).json()).toEqual([]);
  await catcher.stop();
  await expect(fetch(catcher.url)).rejects.toThrow();
});
