import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Catalog, catalogForPrice } from '../../catalog/index.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { Authentication } from '../../platform/identity/authentication.js';
import { Log } from '../../platform/logging/logger.js';
import { CONTENT_SECURITY_POLICY } from './page-headers.js';
import { PagesModule } from './pages.module.js';

/** As strict as the real one gets. */
const refuse = async (): Promise<void> => Promise.reject(new FareboxError('forbidden', 'No.'));
const nobody: Authentication = { authenticate: refuse, identify: refuse };

@Global()
@Module({
  providers: [
    { provide: Catalog, useValue: catalogForPrice('price_1') },
    { provide: Authentication, useValue: nobody },
    { provide: Log, useValue: Log.create('silent') },
  ],
  exports: [Catalog, Authentication, Log],
})
class CatalogModule {}

@Module({ imports: [CatalogModule, PagesModule] })
class AppModule {}

let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false });
  // A guard that lets nobody in, as strict as the real one gets.
  app.useGlobalGuards({ canActivate: () => false });
  await app.listen({ port: 0, host: '127.0.0.1' });
  origin = await app.getUrl();
});

afterAll(() => app.close());

describe('the page at /', () => {
  it('is served without a token, past the guard that shuts the API', async () => {
    const page = await fetch(`${origin}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<title>');
    expect((await fetch(`${origin}/plans`)).status).toBe(403);
  });

  it('carries the strict policy and the other security headers', async () => {
    const { headers } = await fetch(`${origin}/`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('camera=()'),
      'cache-control': 'no-cache',
    });
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
  });

  it('keeps its headers to its own files', async () => {
    expect((await fetch(`${origin}/plans`)).headers.has('content-security-policy')).toBe(false);
    expect((await fetch(`${origin}/absent`)).headers.has('content-security-policy')).toBe(false);
  });

  it('is revalidated by its ETag, and keeps its policy then too', async () => {
    const etag = (await fetch(`${origin}/`)).headers.get('etag');
    expect(etag).toBeTruthy();
    // Without a cache-control of its own, fetch would ask for a fresh copy beside the condition.
    const headers = { 'if-none-match': String(etag), 'cache-control': 'max-age=0' };
    const again = await fetch(`${origin}/`, { headers });
    expect(again.status).toBe(304);
    expect(again.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  });

  it('answers HEAD', async () => {
    const head = await fetch(`${origin}/`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it.each(['/', '/dashboard'])(
    '%s names every script and style that it loads, and each is there with its type',
    async (page) => {
      const html = await (await fetch(origin + page)).text();
      const files = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg))"/g)].map((match) =>
        String(match[1]),
      );
      expect(files.length).toBeGreaterThan(4);
      for (const file of new Set(files)) {
        const answer = await fetch(origin + file);
        expect([file, answer.status]).toEqual([file, 200]);
        expect(answer.headers.get('content-type')).toMatch(
          /^((application\/javascript|text\/css); charset=utf-8|image\/svg\+xml)/,
        );
      }
    },
  );
});

describe('the page at /dashboard', () => {
  it('is served there alone, with the policy', async () => {
    const page = await fetch(`${origin}/dashboard`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect((await fetch(`${origin}/dashboard`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('what is not a page', () => {
  it.each([
    '/dashboard.html',
    '/scripts/vendor/uPlot.esm.js',
    '/scripts/vendor/uPlot.d.ts',
    '/package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/scripts/..%2f..%2fpackage.json',
    '/scripts',
    '/scripts/',
    '/jsconfig.json',
    '/absent',
  ])('%s is 404', async (path) => {
    expect((await fetch(origin + path)).status).toBe(404);
  });
});
