/*
 * Load over raw sockets: a general client costs more than the servers that are measured. This one takes about 10 µs of its
 * core for a call, so that PostgreSQL and the collector, which share that core, have room.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/**
 * Calls `url` with the token over `connections` for `seconds`, each connection one request at a time.
 * With `rate` (requests a second) requests are sent on schedule, and latency counts from the moment that was due.
 * @param {{url: string, token: string, connections: number, seconds: number, rate?: number | undefined}} options
 * @returns {Promise<{ok: number, failed: number, latencies: number[], seconds: number}>} calls answered as expected, others,
 *   latencies in milliseconds, sorted, and the seconds it took.
 */
export function load({ url, token, connections, seconds, rate }) {
  const { hostname, port, pathname, host } = new URL(url);
  const request = Buffer.from(
    `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\nuser-agent: bench\r\naccept: */*\r\n\r\n`,
  );
  const result = { ok: 0, failed: 0, latencies: [], seconds: 0 };
  return new Promise((resolve, reject) => {
    const idle = [];
    const due = [];
    let begun = 0;
    let end = Number.POSITIVE_INFINITY;
    let scheduled = 0;
    let connecting = connections;
    let open = connections;
    let timer;
    const clients = Array.from({ length: connections }, () =>
      openClient({ hostname, port: Number(port), request, result, reject }),
    );
    const tick = () => {
      const now = performance.now();
      if (now >= end) {
        due.length = 0;
        for (const client of idle.splice(0)) client.finish();
        return;
      }
      for (; begun + (scheduled * 1_000) / rate <= now; scheduled++)
        due.push(begun + (scheduled * 1_000) / rate);
      while (due.length > 0 && idle.length > 0) idle.pop().send(due.shift());
    };
    // The clock starts when everybody is connected: connecting is not what is measured.
    const begin = () => {
      begun = performance.now();
      end = begun + seconds * 1_000;
      if (rate) timer = setInterval(tick, 1);
      for (const client of clients) client.next();
    };
    for (const client of clients) {
      client.connected = () => {
        if (--connecting === 0) begin();
      };
      client.next = () => {
        const now = performance.now();
        if (now >= end) client.finish();
        else if (!rate) client.send(now);
        else if (due.length > 0) client.send(due.shift());
        else idle.push(client);
      };
      client.closed = () => {
        if (--open > 0) return;
        clearInterval(timer);
        result.seconds = (performance.now() - begun) / 1_000;
        result.latencies.sort((one, other) => one - other);
        resolve(result);
      };
    }
  });
}

function openClient({ hostname, port, request, result, reject }) {
  let sentAt = 0;
  let received;
  let finishing = false;
  const socket = connect({ host: hostname, port, noDelay: true });
  const client = {
    connected: () => undefined,
    next: () => undefined,
    closed: () => undefined,
    send(from) {
      sentAt = from;
      socket.write(request);
    },
    finish() {
      finishing = true;
      socket.end();
    },
  };
  socket.on('connect', () => client.connected());
  socket.on('data', (chunk) => {
    received = received ? Buffer.concat([received, chunk]) : chunk;
    const answer = parse(received);
    if (!answer) return;
    received = undefined;
    if (answer.status === 200 && answer.body === 'this is a response') result.ok++;
    else result.failed++;
    result.latencies.push(performance.now() - sentAt);
    client.next();
  });
  socket.on('error', reject);
  socket.on('close', () =>
    finishing ? client.closed() : reject(new Error('the server closed a connection')),
  );
  return client;
}

/** A whole answer with a content-length, or `undefined` while it is not whole. */
function parse(bytes) {
  const headersEnd = bytes.indexOf(END_OF_HEADERS);
  if (headersEnd < 0) return undefined;
  const head = bytes.latin1Slice(0, headersEnd);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const bodyStart = headersEnd + END_OF_HEADERS.length;
  if (bytes.length < bodyStart + length) return undefined;
  return { status: Number(head.slice(9, 12)), body: bytes.latin1Slice(bodyStart, bodyStart + length) };
}
