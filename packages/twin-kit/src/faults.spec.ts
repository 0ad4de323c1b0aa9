import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { Faults } from './faults.js';

let app: FastifyInstance;
let faults: Faults;
let base: string;
let worked: string[];

beforeEach(async () => {
  worked = [];
  app = fastify({ forceCloseConnections: true });
  faults = new Faults((status) => ({ own: status }));
  faults.install(app);
  await app.register(async (scope) => {
    scope.all('/task', async (request) => {
      worked.push(request.method);
      return { done: true };
    });
    scope.get('/task/other', async () => ({ other: true }));
  });
  base = await app.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(() => app.close());

async function set(fault: object): Promise<Response> {
  return fetch(`${base}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
}

describe('Faults', () => {
  it('answers a status with the twin’s error body as often as asked, without the work', async () => {
    expect((await set({ path: '/task', status: 503, times: 2 })).status).toBe(201);
    for (let i = 0; i < 2; i += 1) {
      const answer = await fetch(`${base}/task`);
      expect([answer.status, await answer.json()]).toEqual([503, { own: 503 }]);
    }
    expect(worked).toEqual([]);
    expect((await fetch(`${base}/task`)).status).toBe(200);
    expect(worked).toEqual(['GET']);
  });

  it('lets requests pass first, as many as it was told', async () => {
    await set({ path: '/task', status: 503, skip: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await fetch(`${base}/task`)).status);
    expect(statuses).toEqual([200, 200, 503, 200]);
  });

  it('sends the body and headers it was given', async () => {
    await set({ path: '/task', status: 429, body: { slow: 'down' }, headers: { 'retry-after': '7' } });
    const answer = await fetch(`${base}/task`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await answer.json()).toEqual({ slow: 'down' });
  });

  it('drop before: no answer, and the work is not done', async () => {
    await set({ path: '/task', drop: 'before' });
    await expect(fetch(`${base}/task`, { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(worked).toEqual([]);
  });

  it('drop after: no answer, but the work is done', async () => {
    await set({ path: '/task', drop: 'after' });
    await expect(fetch(`${base}/task`, { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(worked).toEqual(['POST']);
  });

  it('delays, then does the work', async () => {
    await set({ path: '/task', delayMs: 150 });
    const start = performance.now();
    const answer = fetch(`${base}/task`);
    const first = await Promise.race([answer.then(() => 'answer'), delay(50, 'still waiting')]);
    expect(first).toBe('still waiting');
    expect((await answer).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(149);
    expect(worked).toEqual(['GET']);
  });

  it('matches the exact path whatever the query, a prefix with a star, and a method', async () => {
    await set({ path: '/task', method: 'post', status: 500 });
    expect((await fetch(`${base}/task/other`)).status).toBe(200);
    expect((await fetch(`${base}/task`)).status).toBe(200);
    expect((await fetch(`${base}/task?x=1`, { method: 'POST' })).status).toBe(500);
    await set({ path: '/task*', status: 500, times: 2 });
    expect((await fetch(`${base}/task/other`)).status).toBe(500);
    expect((await fetch(`${base}/nowhere`)).status).toBe(404);
  });

  it('never touches the sandbox’s own paths', async () => {
    await set({ path: '/*', status: 500 });
    expect((await fetch(`${base}/_sandbox/faults`)).status).toBe(200);
  });

  it('lists and clears', async () => {
    await set({ path: '/task', status: 500 });
    const list = await fetch(`${base}/_sandbox/faults`);
    expect(await list.json()).toEqual([{ path: '/task', status: 500, times: 1 }]);
    expect((await fetch(`${base}/_sandbox/faults`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${base}/task`)).status).toBe(200);
  });

  it('refuses a fault it does not understand, and keeps none of it', async () => {
    const wrong = [
      { path: 'work', status: 500 },
      { path: '/task', stauts: 500 },
      { path: '/task', drop: 'during' },
    ];
    for (const fault of wrong) expect((await set(fault)).status).toBe(400);
    expect(await (await fetch(`${base}/_sandbox/faults`)).json()).toEqual([]);
  });
});
