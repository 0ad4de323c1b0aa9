/*
 * The floor: node:http, and jsonwebtoken with a KeyObject. It verifies the token and answers; nothing is counted, nobody
 * is told.
 */
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';

const key = createSecretKey(Buffer.from(process.env.TOKEN_SECRET));
const server = createServer((request, response) => {
  const token = request.headers.authorization?.slice('Bearer '.length);
  try {
    jwt.verify(token, key, { algorithms: ['HS256'] });
  } catch {
    response.writeHead(401).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 18 });
  response.end('this is a response');
});
server.listen(Number(process.env.PORT), '127.0.0.1');
