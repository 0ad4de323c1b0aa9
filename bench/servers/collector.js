/*
 * Takes what a collector of Moesif's takes, and counts: events of paid calls by the id of their call, and all of them.
 * It answers at once and unpacks afterwards, so that it is not what is measured.
 */
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const MARK = '"transaction_id":"';
let events = 0;
let ids = new Set();

function count(body, encoding) {
  const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString();
  let at = 0;
  let marked = 0;
  while ((at = text.indexOf(MARK, at)) >= 0) {
    ids.add(text.slice(at + MARK.length, at + MARK.length + 36));
    at += MARK.length;
    marked++;
  }
  // The SDK of the tutorial sends no id of its own: its events are told apart by nothing, and only counted.
  events += marked > 0 ? marked : (text.match(/"request":\{/g) ?? []).length;
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
