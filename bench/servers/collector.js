/*
 * Takes what a collector of Moesif's takes, and counts: events of paid calls by the id of their call, and all of them.
 * It answers at once and unpacks afterwards, so that it is not what is measured.
 */
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const MARK = Buffer.from('"transaction_id":"');
const EVENT = Buffer.from('"request":{');
const ID_LENGTH = 36;
let events = 0;
let ids = new Set();

function count(body, encoding) {
  const bytes = encoding === 'gzip' ? gunzipSync(body) : body;
  let marked = 0;
  for (const at of places(bytes, MARK)) {
    // A copy of its own: a part of a longer string would keep all of that in memory.
    ids.add(bytes.latin1Slice(at + MARK.length, at + MARK.length + ID_LENGTH));
    marked++;
  }
  // The SDK of the tutorial sends no id of its own: its events are told apart by nothing, and only counted.
  if (marked === 0) for (const _ of places(bytes, EVENT)) marked++;
  events += marked;
}

function* places(bytes, mark) {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) yield at;
}

const server = createServer((request, response) => {
  if (request.url === '/counts') {
    response.end(JSON.stringify({ events, distinct: ids.size }));
    return;
  }
  if (request.url === '/reset') {
    [events, ids] = [0, new Set()];
    response.end('{}');
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    if (request.url.startsWith('/v1/events'))
      count(Buffer.concat(chunks), request.headers['content-encoding']);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
