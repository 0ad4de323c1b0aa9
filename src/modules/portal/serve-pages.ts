import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pageHeaders, policyWith } from './page-headers.js';

/** `public/` of the package; the same distance from `src/modules/portal` and from `dist/modules/portal`. */
const PUBLIC_FOLDER = fileURLToPath(new URL('../../../public/', import.meta.url));

/**
 * Serves the files of `public/` at `/` on a Fastify server that does not listen yet.
 *
 * Every file gets a route of its own when the server starts (`wildcard: false`), so a path that is no file falls
 * through to the application's own 404, and no path arithmetic stands between a request and the disk.
 * `/pricing` is `pricing.html`, under a policy of its own where it embeds a pricing table from elsewhere.
 */
export async function servePages(server: FastifyInstance, pricingTableOrigin?: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: PUBLIC_FOLDER,
    wildcard: false,
    // Swagger UI may bring the same plugin, which decorates the reply only once.
    decorateReply: false,
    // For editors and the type check.
    globIgnore: ['**/jsconfig.json', 'pricing.html'],
    dotfiles: 'ignore',
    // Ours, by kind of file, are in pageHeaders.
    cacheControl: false,
    setHeaders: (reply, path) => void reply.headers(pageHeaders(path)),
  });
  const pricing = await readFile(join(PUBLIC_FOLDER, 'pricing.html'), 'utf8');
  server.get('/pricing', (_request, reply) =>
    reply
      .headers(pageHeaders('pricing.html'))
      .headers(
        pricingTableOrigin === undefined ? {} : { 'content-security-policy': policyWith(pricingTableOrigin) },
      )
      .type('text/html; charset=utf-8')
      .send(pricing),
  );
}
