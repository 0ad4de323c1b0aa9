import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplication, VersioningType } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createPages } from '../../../../test/support/pages.js';
import { CONTENT_SECURITY_POLICY } from './page-headers.js';

const ADMIN_TOKEN = 'an operator token of the tests 0123456789';

const APPLICATIONS: [name: string, prefix: string, adapter: () => AbstractHttpAdapter][] = [
  ['Fastify', '', () => new FastifyAdapter()],
  ['Express', '', () => new ExpressAdapter()],
  ['Fastify, under a prefix', '/api/v1', () => new FastifyAdapter()],
  ['Express, under a prefix', '/api/v1', () => new ExpressAdapter()],
];

describe.each(APPLICATIONS)('on %s', (_name, prefix, adapter) => {
  let app: INestApplication;
  let base: string;

  beforeAll(async () => {
    app = await createPages(
      { ADMIN_TOKEN, STRIPE_PRICING_TABLE_ID: 'prctbl_1', STRIPE_PUBLISHABLE_KEY: 'pk_test_1' },
      { adapter: adapter() },
    );
    if (prefix !== '') {
      app.setGlobalPrefix(prefix);
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    }
    await app.listen(0, '127.0.0.1');
    base = (await app.getUrl()) + prefix;
  });
  afterAll(() => app?.close());

  // The page at the root is the reference application's, which has no prefix.
  describe.each([...(prefix === '' ? ['/'] : []), '/dashboard', '/pricing', '/admin/ui'])(
    'the page %s',
    (page) => {
      const url = () => base + page;

      it('is there, with the policy and the other headers', async () => {
        const answer = await fetch(url());
        expect([answer.status, answer.headers.get('content-type')]).toEqual([
          200,
          'text/html; charset=utf-8',
        ]);
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'content-security-policy': expect.stringContaining(
            CONTENT_SECURITY_POLICY.split("script-src 'self'")[1] ?? '',
          ),
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'permissions-policy': expect.stringContaining('camera=()'),
          'cache-control': 'no-cache',
          // Of our own routes; those of other applications have what these set.
          ...(page === '/' ? {} : { 'x-request-id': expect.any(String) }),
        });
        expect(await answer.text()).toContain('<title>');
      });

      it('is revalidated by its ETag, and keeps its policy then too', async () => {
        const etag = (await fetch(url())).headers.get('etag');
        expect(etag).toBeTruthy();
        // Without a cache-control of its own, fetch would ask for a fresh copy beside the condition.
        const headers = { 'if-none-match': String(etag), 'cache-control': 'max-age=0' };
        const again = await fetch(url(), { headers });
        expect([again.status, await again.text()]).toEqual([304, '']);
        expect(again.headers.get('content-security-policy')).toContain("default-src 'none'");
      });

      it('answers HEAD', async () => {
        const head = await fetch(url(), { method: 'HEAD' });
        expect([head.status, await head.text()]).toEqual([200, '']);
        expect(Number(head.headers.get('content-length'))).toBeGreaterThan(1_000);
      });

      it('names every script and style that it loads, and each is there with its type', async () => {
        const html = await (await fetch(url())).text();
        const files = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg))"/g)].map(
          ([, file = '']) => file,
        );
        expect(files.length).toBeGreaterThan(4);
        for (const file of new Set(files)) {
          const answer = await fetch(new URL(file, url()));
          expect([file, answer.status]).toEqual([file, 200]);
          expect(answer.headers.get('content-type')).toMatch(
            /^((application\/javascript|text\/css); charset=utf-8|image\/svg\+xml)/,
          );
          await answer.body?.cancel();
        }
      });
    },
  );

  it('only the page with the plans may load from elsewhere', async () => {
    const policy = async (page: string) =>
      (await fetch(base + page)).headers.get('content-security-policy') ?? '';
    expect(await policy('/pricing')).toContain('frame-src https://js.stripe.com');
    expect(await policy('/dashboard')).toBe(CONTENT_SECURITY_POLICY);
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
  });

  it('an icon may be kept for a day, and a part of a file can be asked for', async () => {
    expect((await fetch(`${base}/favicon.svg`)).headers.get('cache-control')).toBe('public, max-age=86400');
    const part = await fetch(`${base}/favicon.svg`, { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text()]).toEqual([206, '<svg']);
    const beyond = await fetch(`${base}/favicon.svg`, { headers: { range: 'bytes=99999-' } });
    expect(beyond.status).toBe(416);
  });

  it.each([
    '/dashboard.html',
    '/dashboard/',
    '/admin/ui/',
    '/index.html',
    '/scripts/vendor/uPlot.esm.js',
    '/scripts/vendor/uPlot.d.ts',
    '/package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/scripts/..%2f..%2fpackage.json',
    '/scripts/..%2f/package.json',
    '/scripts',
    '/scripts/',
    '/scripts/admin',
    '/jsconfig.json',
    '/absent',
  ])('%s is 404', async (path) => {
    const answer = await fetch(base + path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-security-policy')).not.toBe(CONTENT_SECURITY_POLICY);
  });
});

it('without ADMIN_TOKEN the page of the operator is not there', async () => {
  const app = await createPages();
  try {
    await app.listen(0, '127.0.0.1');
    expect((await fetch(`${await app.getUrl()}/admin/ui`)).status).toBe(404);
    expect((await fetch(`${await app.getUrl()}/pricing`)).headers.get('content-security-policy')).toBe(
      CONTENT_SECURITY_POLICY,
    );
  } finally {
    await app.close();
  }
});
