import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { DatabaseStartup } from '../database/database-startup.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Sweep } from './sweep.js';
import { initialised } from '../../../test/support/initialised.js';
import { Role } from '../lifecycle/role.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const log = Log.create('silent');

let shutdown: Shutdown;
let open: () => Promise<void>;
let sweep: Sweep;
let runs: number;
beforeEach(() => {
  jest.useFakeTimers();
  shutdown = new Shutdown(log);
  const startup: Pick<DatabaseStartup, 'onReady'> = { onReady: (start) => (open = start) };
  sweep = initialised(new Sweep(startup as DatabaseStartup, shutdown, new Role('all'), log));
  runs = 0;
  sweep.register('counting', async () => {
    runs++;
  });
});
afterEach(() => {
  jest.useRealTimers();
});

it('searches when everything is there, and every minute', async () => {
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(runs).toBe(0);
  await open();
  await jest.advanceTimersByTimeAsync(0);
  expect(runs).toBe(1);
  await jest.advanceTimersByTimeAsync(2 * MINUTE);
  expect(runs).toBe(3);
});

it('begins searches one after the other, as each may open a connection of its own', async () => {
  let together = 0;
  for (let index = 0; index < 30; index++) sweep.register(`of ${index}`, async () => void together++);
  await open();
  const begun: number[] = [];
  for (let step = 0; step < 200; step++) {
    const before = together;
    await jest.advanceTimersByTimeAsync(10);
    begun.push(together - before);
  }
  expect([together, Math.max(...begun)]).toEqual([30, 1]);
});

it.each<[string, () => Promise<void>]>([
  ['hangs', () => new Promise(() => undefined)],
  ['fails', () => Promise.reject(new Error('away'))],
])('a search that %s keeps no other from its time', async (how, search) => {
  let begun = 0;
  sweep.register('troubled', () => {
    begun++;
    return search();
  });
  await open();
  await jest.advanceTimersByTimeAsync(2 * MINUTE + SECOND);
  expect(runs).toBe(3);
  // It is not begun twice at the same time.
  expect(begun).toBe(how === 'hangs' ? 1 : 3);
});

it('the shutdown waits for the search that runs, and none begins after it', async () => {
  let end = (): void => undefined;
  sweep.register('slow', () => new Promise((resolve) => (end = resolve)));
  await open();
  await jest.advanceTimersByTimeAsync(SECOND);
  let ended = false;
  const shut = shutdown.run().then(() => (ended = true));
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(ended).toBe(false);
  end();
  await shut;
  await jest.advanceTimersByTimeAsync(2 * MINUTE);
  expect(runs).toBe(1);
});
