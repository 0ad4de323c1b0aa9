import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BadRequestException, Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import pg from 'pg';
import { Monetized } from '../../src/modules/ledger/index.js';
import { Database } from '../../src/platform/database/database.js';
import { type Host, startHost } from '../support/guest.js';
import { newCustomer } from '../support/in-process.js';
import { until } from '../support/processes.js';

/** Routes of the application around Farebox. */
@Controller('theirs')
class TheirController {
  @Get('plain')
  plain(): string {
    return 'plain';
  }

  @Get('fails')
  fails(): never {
    throw new BadRequestException('their words');
  }

  @Post('length')
  length(@Body() body: { text: string }): number {
    return body.text.length;
  }

  @Monetized()
  @Post('paid/:id')
  paid(@Param('id') id: string, @Body() body: { text: string }): string {
    return `${id} ${body.text.length}`;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Fastify', () => new FastifyAdapter()],
  ['Express', () => new ExpressAdapter()],
])('in an application on %s', (_name, adapter) => {
  let host: Host;
  let base: string;
  beforeAll(async () => {
    host = await startHost({
      adapter: adapter(),
      globalPrefix: 'api',
      controllers: [TheirController],
    });
    base = `${host.origin}/api`;
    await until(async () => (await fetch(`${base}/health/ready`)).ok);
  });
  afterAll(() => host?.stop());

  const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
    fetch(base + path, { method: 'POST', headers, body });

  it.each([
    ['an answer', '/v2/theirs/plain', 200],
    ['an error', '/v2/theirs/fails', 400],
    ['no route', '/v2/theirs/nowhere', 404],
  ])('%s of its own routes is left alone', async (_what, path, status) => {
    const answer = await fetch(base + path);
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([status, null]);
    const text = await answer.text();
    if (status === 400)
      expect(JSON.parse(text)).toEqual({ statusCode: 400, message: 'their words', error: 'Bad Request' });
    else expect(text).not.toContain('urn:farebox');
  });

  it('its own routes take bodies that ours do not', async () => {
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
    const answer = await post('/v2/theirs/length', `{"text":"${'x'.repeat(90_000)}","deep":${deep}}`);
    expect([answer.status, await answer.text()]).toEqual([201, '90000']);
  });

  it('a paid route is recorded by its pattern, with prefix and version, and says the id of the call', async () => {
    const { token, customerId } = await newCustomer(host.app);
    const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
    const answer = await post('/v2/theirs/paid/7', '{"text":"abc"}', headers);
    expect([answer.status, await answer.text()]).toEqual([201, '7 3']);
    const pool = host.app.get(Database, { strict: false }).pool as pg.Pool;
    const { rows } = await pool.query(
      'select id, route, path, verb from farebox.calls where customer_id = $1',
      [customerId],
    );
    expect(rows).toEqual([
      {
        id: answer.headers.get('x-request-id'),
        route: '/api/v2/theirs/paid/:id',
        path: '/api/v2/theirs/paid/7',
        verb: 'POST',
      },
    ]);
  });

  it('a paid route refuses more than its limit, and bills nothing', async () => {
    const { token, customerId } = await newCustomer(host.app);
    const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
    const large = await post('/v2/theirs/paid/7', JSON.stringify({ text: 'x'.repeat(66_000) }), headers);
    expect(large.status).toBe(413);
    const pool = host.app.get(Database, { strict: false }).pool as pg.Pool;
    const { rows } = await pool.query('select 1 from farebox.calls where customer_id = $1', [customerId]);
    expect(rows).toEqual([]);
  });

  it.each([
    ['too much', 413, 'payload_too_large', JSON.stringify({ email: 'x'.repeat(5_000) }), JSON_TYPE],
    ['no JSON', 400, 'malformed_request', '{"half', JSON_TYPE],
    ['another type', 415, 'unsupported_media_type', 'email=a', { 'content-type': 'text/csv' }],
    ['unknown fields', 400, 'validation_failed', '{"a":1}', JSON_TYPE],
  ])('our own routes refuse %s in our form: %i', async (_what, status, code, body, headers) => {
    const answer = await post('/register', body, headers);
    const problem = (await answer.json()) as { code: string; requestId: string };
    expect([answer.status, problem.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('x-request-id')).toBe(problem.requestId);
  });
});
