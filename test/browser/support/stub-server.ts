import { EventEmitter, once } from 'node:events';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createPages } from '../../support/pages.js';

/** What a route answers next. */
export interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Cut the connection instead of answering. */
  drop?: boolean;
  /** Answer only once this settles. */
  after?: Promise<unknown>;
}

export interface Received {
  headers: FastifyRequest['headers'];
  body: unknown;
}

type Route = 'POST /register' | 'GET /plans' | 'GET /test-service';

/**
 * The pages as the application serves them, in front of an API whose every answer is scripted by the test.
 * A request that no script foresees is answered 599, so a test cannot pass by chance.
 */
export class StubServer {
  readonly received: Record<Route, Received[]> = {
    'POST /register': [],
    'GET /plans': [],
    'GET /test-service': [],
  };
  private readonly scripts: Record<Route, Scripted[]> = {
    'POST /register': [],
    'GET /plans': [],
    'GET /test-service': [],
  };
  private readonly arrivals = new EventEmitter();

  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
  ) {}

  static async start(): Promise<StubServer> {
    const app = await createPages({ ADMIN_TOKEN: 'of the pages, which no route here asks for' });
    const server = app.getHttpAdapter().getInstance() as FastifyInstance;
    const routes: Route[] = ['POST /register', 'GET /plans', 'GET /test-service'];
    const slot: { stub?: StubServer } = {};
    for (const route of routes) {
      const [method, url] = route.split(' ') as [string, string];
      server.route({ method, url, handler: (request, reply) => slot.stub?.answer(route, request, reply) });
    }
    await app.listen(0, '127.0.0.1');
    const stub = new StubServer(app, await app.getUrl());
    slot.stub = stub;
    return stub;
  }

  /** Sets what a route answers from now on, one after the other; the last one repeats. */
  script(route: Route, ...answers: Scripted[]): void {
    this.scripts[route] = answers;
  }

  /** Forgets scripts and requests. */
  reset(): void {
    for (const route of Object.keys(this.scripts) as Route[]) {
      this.scripts[route] = [];
      this.received[route] = [];
    }
  }

  /** Resolves when a request of that route comes in. */
  async arrival(route: Route): Promise<void> {
    await once(this.arrivals, route);
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  private async answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    this.received[route].push({ headers: request.headers, body: request.body });
    this.arrivals.emit(route);
    const queue = this.scripts[route];
    const next = queue.length > 1 ? queue.shift() : queue[0];
    if (!next) return reply.code(599).send({ title: `No answer is scripted for ${route}` });
    await next.after;
    if (next.drop) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    const status = next.status ?? 200;
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    return reply
      .code(status)
      .headers({ 'content-type': type, ...next.headers })
      .send(typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? {}));
  }
}
