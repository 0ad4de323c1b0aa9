import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll } from '@jest/globals';

/** Below what any system gives to outgoing connections: one of those could take a port that a test will need. */
const PORTS = { from: 16_000, to: 32_000 };

const reservations = new Set<Socket>();

afterAll(() => {
  for (const socket of reservations) socket.close();
  reservations.clear();
});

/**
 * A free port on 127.0.0.1, of this test file until it ends, also while nobody listens on it: its UDP port of the same
 * number is held meanwhile, which every other test run sees, whoever runs it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const reservation = await reserve(port);
    if (!reservation) continue;
    if (await isFree(port)) {
      reservations.add(reservation);
      return port;
    }
    reservation.close();
  }
}

async function reserve(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
