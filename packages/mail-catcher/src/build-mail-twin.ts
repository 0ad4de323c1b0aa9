import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import * as z from 'zod';
import { Mailbox } from './mailbox.js';
import { installMailPages } from './pages.js';
import { SmtpReceiver } from './smtp-receiver.js';

export interface MailTwinOptions {
  dataDir: string;
  /** Where it takes mails. */
  host: string;
  /** 0 takes a free one: `/_sandbox/health` says which. */
  smtpPort: number;
}

const listQuery = z.strictObject({
  to: z.string().optional(),
  /** How many at most; the newest are taken. */
  limit: z.coerce.number().int().min(1).optional(),
});

const refusalSchema = z.strictObject({
  /** 4xx: try again later. 5xx: never. */
  code: z.int().min(400).max(599).default(451),
  times: z.int().min(1).default(1),
});

/** Takes every mail instead of sending it on, and shows it: to people at `/`, to tests at `/_sandbox/mails`. */
export async function buildMailTwin({ dataDir, host, smtpPort }: MailTwinOptions): Promise<FastifyInstance> {
  const mailbox = new Mailbox(dataDir);
  const refusals: number[] = [];
  const receiver = new SmtpReceiver({
    host,
    port: smtpPort,
    deliver: (mail) => mailbox.add(mail),
    refusal: () => refusals.shift(),
  });
  const smtp = await receiver.listen();
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error: FastifyError | z.ZodError, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    const status = error.statusCode ?? 500;
    if (status >= 500) console.error(error);
    return reply.code(status).send({ error: status >= 500 ? 'The mail receiver failed' : error.message });
  });
  app.addHook('onClose', async () => {
    await receiver.close();
    mailbox.close();
  });

  app.get('/_sandbox/mails', (request) => {
    const { to, limit } = listQuery.parse(request.query);
    const found = mailbox.list(to);
    return limit === undefined ? found : found.slice(-limit);
  });
  app.get<{ Params: { id: string } }>('/_sandbox/mails/:id', (request, reply) => {
    const mail = mailbox.get(request.params.id);
    return mail ?? reply.code(404).send({ error: `No email ${request.params.id}` });
  });
  app.get('/_sandbox/health', () => ({ status: 'ok', smtp, mails: mailbox.list().length }));
  app.post('/_sandbox/refuse', (request, reply) => {
    const { code, times } = refusalSchema.parse(request.body ?? {});
    for (let i = 0; i < times; i++) refusals.push(code);
    return reply.code(201).send({ code, times });
  });
  app.post('/_sandbox/reset', (_request, reply) => {
    mailbox.reset();
    refusals.length = 0;
    return reply.code(204).send();
  });
  installMailPages(app, mailbox);
  return app;
}
