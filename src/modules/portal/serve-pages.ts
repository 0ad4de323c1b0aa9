import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pageHeaders } from './page-headers.js';

/** `public/` of the package; the same distance from `src/modules/portal` and from `dist/modules/portal`. */
const PUBLIC_FOLDER = fileURLToPath(new URL('../../../public/', import.meta.url));

/**
 * Serves the files of `public/` at `/` on a Fastify server that does not listen yet.
 *
 * Every file gets a route of its own when the server starts (`wildcard: false`), so a path that is no file falls
 * through to the application's own 404, and no path arithmetic stands between a request and the disk.
 */
export async function servePages(server: FastifyInstance): Promise<void> {
  await server.register(fastifyStatic, {
    root: PUBLIC_FOLDER,
    wildcard: false,
    // Swagger UI may bring the same plugin, which decorates the reply only once.
    decorateReply: false,
    // For editors and the type check.
    globIgnore: ['**/jsconfig.json'],
    dotfiles: 'ignore',
    // Ours, by kind of file, are in pageHeaders.
    cacheControl: false,
    setHeaders: (reply, path) => void reply.headers(pageHeaders(path)),
  });
}
