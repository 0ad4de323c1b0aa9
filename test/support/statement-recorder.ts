import { mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** What a change of the schema can break, and temporary tables; the rest (`begin`, `set`, `listen`) has no tables. */
const OF_DATA = /^\s*(?:with|select|insert|update|delete|merge|values|create temp)\b/i;
const OURS = /^farebox(?! migrations| check)/;

/** Stands before PostgreSQL and notes each different statement that connections of the application send. */
export interface StatementRecorder {
  port: number;
  /** Writes what was noted to a file of its own in the folder, and ends it. */
  finish(folder: string): void;
}

export async function startStatementRecorder(target: {
  host: string;
  port: number;
}): Promise<StatementRecorder> {
  const statements = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    const read = reader((text) => statements.add(text));
    client.on('data', read);
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    finish: (folder) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${process.pid}-${port}.json`), JSON.stringify([...statements].toSorted()));
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Reads the client's side of PostgreSQL's protocol: a start without a type, then messages of type, length, body. */
function reader(found: (text: string) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let ours: boolean | undefined;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const head = ours === undefined ? 0 : 1;
      if (pending.length < head + 4) return;
      const end = head + pending.readInt32BE(head);
      if (pending.length < end) return;
      const body = pending.subarray(head + 4, end);
      if (ours === undefined) {
        const words = body.toString().split('\0');
        // A request for TLS has no names, and is followed by the real start.
        if (words.includes('user')) ours = OURS.test(words[words.indexOf('application_name') + 1] ?? '');
      } else if (ours) {
        const text = textOf(String.fromCharCode(pending[0] ?? 0), body);
        if (text !== undefined && OF_DATA.test(text)) found(text);
      }
      pending = pending.subarray(end);
    }
  };
}

/** The statement of a simple query, or of one that is parsed, which has its name before it. */
function textOf(type: string, body: Buffer): string | undefined {
  const [first = '', second = ''] = body.toString().split('\0');
  if (type === 'Q') return first;
  return type === 'P' ? second : undefined;
}
