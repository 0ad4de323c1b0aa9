import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pageHeaders, policyWith } from './page-headers.js';
import { projectRoot } from '../../platform/project/project.js';

const PUBLIC_FOLDER = join(projectRoot, 'public');

/** Pages whose address differs from their file's name. */
const PAGES: Readonly<Record<string, string>> = {
  '/dashboard': 'dashboard.html',
  '/pricing': 'pricing.html',
};

/** The operator's page: only where there is an operator. Its scripts and styles are not secret. */
const OPERATOR_PAGE = { url: '/admin/ui', file: 'admin.html' };

/** The chart library, from its npm package: nothing is copied into `public/`. */
const CHARTS_FOLDER = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
const CHARTS_FILES = ['uPlot.iife.min.js', 'uPlot.min.css'];

export interface PageOptions {
  /** The origin whose script and frame the page with the plans may load. */
  pricingTableOrigin?: string | undefined;
  /** Whether the operator's page is served. */
  operator?: boolean;
}

/**
 * Serves the files of `public/` at `/` on a Fastify server that does not listen yet.
 *
 * Every file gets a route of its own when the server starts (`wildcard: false`), so a path that is no file falls
 * through to the application's own 404, and no path arithmetic stands between a request and the disk.
 * `/pricing` is `pricing.html`, under a policy of its own where it embeds a pricing table from elsewhere.
 */
export async function servePages(
  server: FastifyInstance,
  { pricingTableOrigin, operator = false }: PageOptions = {},
): Promise<void> {
  const common = {
    wildcard: false,
    // Swagger UI may bring the same plugin, which decorates the reply only once.
    decorateReply: false,
    dotfiles: 'ignore',
    // Ours, by kind of file, are in pageHeaders.
    cacheControl: false,
    setHeaders: (reply, path) => void reply.headers(pageHeaders(path)),
  } satisfies Partial<FastifyStaticOptions>;
  await server.register(fastifyStatic, {
    ...common,
    root: PUBLIC_FOLDER,
    // Files for editors and the type check; and files with an address of their own.
    globIgnore: ['**/jsconfig.json', ...Object.values(PAGES), OPERATOR_PAGE.file],
  });
  await server.register(fastifyStatic, {
    ...common,
    root: CHARTS_FOLDER,
    prefix: '/scripts/vendor/',
    globIgnore: readdirSync(CHARTS_FOLDER).filter((file) => !CHARTS_FILES.includes(file)),
  });
  const pages = { ...PAGES, ...(operator ? { [OPERATOR_PAGE.url]: OPERATOR_PAGE.file } : {}) };
  for (const [url, file] of Object.entries(pages)) {
    const embeds = file === 'pricing.html' ? pricingTableOrigin : undefined;
    const headers = {
      ...pageHeaders(file),
      ...(embeds === undefined ? {} : { 'content-security-policy': policyWith(embeds) }),
    };
    server.get(url, async (_request, reply) =>
      reply
        .headers(headers)
        .type('text/html; charset=utf-8')
        .send(await readFile(join(PUBLIC_FOLDER, file))),
    );
  }
}
