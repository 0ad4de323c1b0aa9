import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wireEvent } from './support/samples.js';
import { Twin, type Json } from './support/twin.js';

let twin: Twin;

beforeAll(async () => {
  twin = await Twin.start();
});

beforeEach(async () => {
  await twin.post('/_sandbox/reset', {});
});

afterAll(async () => {
  expect(await twin.stop()).toBe(0);
});

function ids(events: Json[]): unknown[] {
  return events.map((event) => event['_id']);
}

function thousand(n: number): Json[] {
  return Array.from({ length: 1000 }, (_, i) => wireEvent({ user_id: `u-${n * 1000 + i}`, weight: 2 }));
}

describe('GET /_sandbox/events', () => {
  it('is an array, oldest first, chosen by user, company and transaction; a limit takes the newest', async () => {
    const headers = { 'X-Moesif-Transaction-Id': 'txn-2' };
    const { request } = wireEvent() as { request: Json };
    await twin.post('/v1/events/batch', [
      wireEvent({ user_id: 'a', company_id: 'x' }),
      wireEvent({ user_id: 'b', company_id: 'x', request: { ...request, headers } }),
    ]);
    await twin.post('/v1/events', wireEvent({ user_id: 'a', company_id: 'y' }));
    const find = async (query: string): Promise<unknown[]> => ids(await twin.get(`/_sandbox/events${query}`));
    expect(await find('')).toEqual(['evt-1', 'evt-2', 'evt-3']);
    expect(await find('?user_id=a')).toEqual(['evt-1', 'evt-3']);
    expect(await find('?user_id=a&company_id=x')).toEqual(['evt-1']);
    expect(await find('?transaction_id=txn-2')).toEqual(['evt-2']);
    expect(await find('?limit=2')).toEqual(['evt-2', 'evt-3']);
    expect(await find('?company_id=x&limit=1')).toEqual(['evt-2']);
    expect(await find('?user_id=nobody')).toEqual([]);
    const wrong = await fetch(`${twin.baseUri}/_sandbox/events?userid=a`);
    expect(wrong.status).toBe(400);
  });

  it('shows the most recent ten thousand, while the counts and the journal have them all', async () => {
    for (let n = 0; n < 12; n += 1)
      expect((await twin.post('/v1/events/batch', thousand(n))).status).toBe(201);
    const events = await twin.get('/_sandbox/events');
    expect(events).toHaveLength(10_000);
    expect([events[0]?.['user_id'], events.at(-1)?.['user_id']]).toEqual(['u-2000', 'u-11999']);
    expect(await twin.get('/_sandbox/counts')).toMatchObject({
      events: 12_000,
      eventWeight: 24_000,
      eventsInMemory: 10_000,
    });
    const journal = await (await fetch(`${twin.baseUri}/_sandbox/events.ndjson`)).text();
    const all = journal.trimEnd().split('\n');
    expect(all).toHaveLength(12_000);
    expect(JSON.parse(all[0] ?? '')).toMatchObject({ user_id: 'u-0', _id: 'evt-1' });
  });
});

describe('POST /_sandbox/reset', () => {
  it('forgets data, settings and faults, also over a kill', async () => {
    await twin.post('/v1/events', wireEvent());
    await twin.post('/v1/actions', { action_name: 'a', request: { uri: '/' } });
    await twin.post('/v1/users', { user_id: 'u' });
    await twin.post('/_sandbox/settings', { companyId: 'customer', config: { sample_rate: 5 } });
    await twin.post('/_sandbox/faults', { path: '/v1/users', status: 500 });
    const before = await twin.get('/_sandbox/counts');
    expect(before).toMatchObject({ events: 1, actions: 1, users: 1 });
    expect((await fetch(`${twin.baseUri}/_sandbox/reset`, { method: 'POST' })).status).toBe(204);
    await twin.killAndRestart();
    expect(await twin.get('/_sandbox/counts')).toEqual({
      events: 0,
      eventWeight: 0,
      eventsInMemory: 0,
      actions: 0,
      users: 0,
      companies: 0,
      subscriptions: 0,
      stripeObjects: 0,
    });
    expect(await twin.get('/_sandbox/settings')).toMatchObject({
      companyId: 'subscription',
      config: { sample_rate: 100 },
    });
    expect((await twin.post('/v1/users', { user_id: 'u' })).status).toBe(201);
  });

  it('settings that make no sense are refused', async () => {
    const wrong = [
      { companyId: 'team' },
      { config: { sample_rate: 101 } },
      { rules: {} },
      { webhookSecret: 'x' },
    ];
    for (const settings of wrong) expect((await twin.post('/_sandbox/settings', settings)).status).toBe(400);
  });
});

describe('the page at /', () => {
  it('shows what arrived, and runs nothing that did', async () => {
    const evil = `<script>alert('x')</script>" onmouseover="x`;
    const { request } = wireEvent() as { request: Json };
    await twin.post('/v1/users', { user_id: evil, metadata: { email: evil } });
    await twin.post('/v1/companies', { company_id: 'sub_shown' });
    const uri = `https://api.example.com/${encodeURIComponent(evil)}`;
    await twin.post('/v1/events', wireEvent({ user_id: evil, request: { ...request, verb: evil, uri } }));
    const response = await fetch(`${twin.baseUri}/`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onmouseover=&quot;x');
    expect(page).toContain('sub_shown');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('" onmouseover');
  });
});
