import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { startProcess } from '../../support/processes.js';

const MAIN = fileURLToPath(new URL('../../../packages/stripe-twin/dist/main.js', import.meta.url));

export type StripeObject = Readonly<Record<string, unknown>> & { id: string };

/** The built Stripe twin, asked by hand as the application's tests do. */
export interface TwinPages {
  url: string;
  /** GET, or POST with a form: `{'line_items[0][price]': …}`. */
  api(path: string, form?: Readonly<Record<string, string>>): Promise<StripeObject>;
  command(path: string, body: object): Promise<void>;
  stop(): Promise<void>;
}

export async function startTwinPages(): Promise<TwinPages> {
  const dir = mkdtempSync(join(tmpdir(), 'stripe-pages-'));
  const twin = await startProcess({ script: MAIN, args: ['--data', dir], ready: 'message' });
  const url = (twin.messages as { listening: string }[])[0]?.listening ?? '';
  return {
    url,
    api: async (path, form) => {
      const answer = await fetch(`${url}/v1/${path}`, {
        headers: { authorization: 'Bearer sk_test_browser' },
        ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      });
      const body = (await answer.json()) as StripeObject;
      if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
      return body;
    },
    command: async (path, body) => {
      const answer = await fetch(`${url}/_sandbox/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    stop: async () => {
      await twin.kill('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The merchant's pages: one to come back to, and one with a pricing table, under the policy that Stripe's asks for. */
export async function startMerchant(twin: string): Promise<{ url: string; server: FastifyInstance }> {
  const server = Fastify({ forceCloseConnections: true });
  server.get('/pricing', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        `default-src 'none'; script-src ${twin}; frame-src ${twin}; style-src 'unsafe-inline'`,
      ).send(`<!doctype html><html lang="en"><head><title>Plans</title>
<script async src="${twin}/_sandbox/pricing-table.js"></script></head><body><main><h1>Plans</h1>
<stripe-pricing-table pricing-table-id="prctbl_browser" publishable-key="pk_test_browser"
  client-reference-id="user_42" customer-email="ada@example.com"></stripe-pricing-table></main></body></html>`),
  );
  server.get('/favicon.ico', (_request, reply) => reply.code(204).send());
  server.get('/*', (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .send(`<!doctype html><html lang="en"><title>Merchant</title><h1>Merchant: ${request.url}</h1></html>`),
  );
  return { url: await server.listen({ port: 0, host: '127.0.0.1' }), server };
}
