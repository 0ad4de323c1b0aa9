import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';

const faultSchema = z.strictObject({
  /** Path to make fail: exact, or a prefix when it ends in `*`. */
  path: z.string().startsWith('/'),
  method: z.string().toUpperCase().optional(),
  /** Answer this status without doing the work. */
  status: z.int().min(200).max(599).optional(),
  /** Sent with `status` in place of the twin's own error body. */
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Wait this long, in milliseconds, before anything else. */
  delayMs: z.int().min(0).max(600_000).optional(),
  /** Cut the connection: `before` the work is done, or `after` it is done and instead of the answer. */
  drop: z.enum(['before', 'after']).optional(),
  /** How many matching requests it lets pass before. */
  skip: z.int().min(0).optional(),
  /** How many matching requests it applies to. */
  times: z.int().min(1).default(1),
});

export type Fault = z.infer<typeof faultSchema>;

/** Makes chosen requests fail, so that tests and curious people can see what the product does about it. */
export class Faults {
  private active: Fault[] = [];

  /** `errorBody` gives the twin's own shape for an error of that status. */
  constructor(private readonly errorBody: (status: number) => unknown) {}

  /** Adds `POST` (set), `GET` (list) and `DELETE` (clear) `/_sandbox/faults`, and the hooks that act. */
  install(app: FastifyInstance): void {
    app.post('/_sandbox/faults', async (request, reply) => {
      const parsed = faultSchema.safeParse(request.body);
      if (!parsed.success) return reply.code(400).send({ error: z.prettifyError(parsed.error) });
      this.active.push(parsed.data);
      return reply.code(201).send(parsed.data);
    });
    app.get('/_sandbox/faults', async () => this.active);
    app.delete('/_sandbox/faults', async (_request, reply) => {
      this.clear();
      return reply.code(204).send();
    });
    app.addHook('onRequest', (request, reply) => this.apply(request, reply));
    app.addHook('onSend', async (request, reply, payload) => {
      if (!(request as Faulted).dropAnswer) return payload;
      reply.hijack();
      request.raw.socket.destroy();
      return null;
    });
  }

  clear(): void {
    this.active = [];
  }

  private async apply(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const path = request.url.split('?', 1)[0] ?? '';
    if (path.startsWith('/_sandbox/')) return undefined;
    const fault = this.take(path, request.method);
    if (!fault) return undefined;
    if (fault.delayMs) await delay(fault.delayMs, undefined, { ref: false });
    if (fault.drop === 'before') {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (fault.drop === 'after') (request as Faulted).dropAnswer = true;
    if (fault.status === undefined) return undefined;
    return reply
      .code(fault.status)
      .headers(fault.headers ?? {})
      .send(fault.body ?? this.errorBody(fault.status));
  }

  private take(path: string, method: string): Fault | undefined {
    const fault = this.active.find(
      (f) =>
        (f.method === undefined || f.method === method) &&
        (f.path.endsWith('*') ? path.startsWith(f.path.slice(0, -1)) : path === f.path),
    );
    if (fault?.skip) {
      fault.skip--;
      return undefined;
    }
    if (fault && --fault.times === 0) this.active = this.active.filter((f) => f !== fault);
    return fault;
  }
}

type Faulted = FastifyRequest & { dropAnswer?: boolean };
