import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * Stands between a client and a server: open, it passes everything on; closed, connections are cut and refused; frozen,
 * connections stay and new ones are taken, but nothing comes through any more.
 */
export interface TcpGate {
  port: number;
  /** Where it leads; may be changed, for connections from then on. */
  target: { host: string; port: number };
  close(): void;
  freeze(): void;
  open(): void;
  /** What the server says from now on stays here until it hangs up, and then arrives in one piece with that. */
  hold(): void;
  /** Ends it for good. */
  stop(): void;
}

export async function startTcpGate(target: { host: string; port: number }): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  /** By the server's end of a connection, the client's. */
  const answers = new Map<Socket, Socket>();
  let state: 'open' | 'closed' | 'frozen' = 'open';
  const server = createServer((client) => {
    if (state === 'closed') {
      client.destroy();
      return;
    }
    if (state === 'frozen') {
      sockets.add(client);
      client.on('error', () => undefined);
      return;
    }
    const upstream = connect(gate.target);
    answers.set(upstream, client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        answers.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const gate: TcpGate = {
    port: (server.address() as AddressInfo).port,
    target,
    close: () => {
      state = 'closed';
      cut();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) socket.unpipe().pause();
    },
    // What was frozen is not thawed: a network that comes back does not bring its old connections.
    open: () => {
      if (state === 'frozen') cut();
      state = 'open';
    },
    hold: () => {
      for (const [upstream, client] of answers) {
        const held: Buffer[] = [];
        upstream.unpipe(client).removeAllListeners('close');
        upstream.on('data', (bytes: Buffer) => held.push(bytes)).resume();
        upstream.once('end', () => client.end(Buffer.concat(held)));
      }
    },
    stop: () => {
      state = 'closed';
      cut();
      server.close();
    },
  };
  return gate;
}
