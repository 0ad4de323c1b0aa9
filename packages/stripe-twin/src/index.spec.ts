import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { API_VERSION, startStripeTwin } from './index.js';

const headers = { authorization: 'Bearer sk_test_any' };
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stripe-twin-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('startStripeTwin answers by the clock it is given, keeps its state, and takes nothing more once stopped', async () => {
  const first = await startStripeTwin({ dataDir, clock: { now: () => 1_800_000_000_000 } });
  const made = await fetch(`${first.url}/v1/customers`, { method: 'POST', headers });
  expect(made.headers.get('stripe-version')).toBe(API_VERSION);
  const customer = (await made.json()) as { id: string; created: number };
  expect(customer.created).toBe(1_800_000_000);
  await first.stop();
  await expect(fetch(first.url)).rejects.toThrow();

  const port = Number(new URL(first.url).port);
  const second = await startStripeTwin({ dataDir, port });
  expect(second.url).toBe(first.url);
  const found = await fetch(`${second.url}/v1/customers/${customer.id}`, { headers });
  expect(await found.json()).toMatchObject({ id: customer.id });
  await second.stop();
});

it('without a folder it keeps nothing', async () => {
  const before = new Set(readdirSync(tmpdir()));
  const twin = await startStripeTwin();
  const own = readdirSync(tmpdir()).filter((name) => name.startsWith('farebox-twin-') && !before.has(name));
  await fetch(`${twin.url}/v1/customers`, { method: 'POST', headers });
  await twin.stop();
  expect(own.length).toBeGreaterThan(0);
  // Another test's twin may be among them; of ours nothing is left.
  expect(own.every((name) => existsSync(join(tmpdir(), name)))).toBe(false);
});

it('a port that is taken is an error, and leaves nothing open', async () => {
  const twin = await startStripeTwin();
  const port = Number(new URL(twin.url).port);
  await expect(startStripeTwin({ port })).rejects.toThrow('EADDRINUSE');
  await twin.stop();
});
