import { expect, it } from '@jest/globals';
import pino from 'pino';
import { Log } from '../logging/logger.js';
import { Shutdown } from './shutdown.js';

it('stops loops, then flushes, then lets go of the database, once; a step that fails stops no other', async () => {
  const lines: string[] = [];
  const shutdown = new Shutdown(new Log(pino({}, { write: (line: string) => void lines.push(line) })));
  const done: string[] = [];
  const step = (name: string) => async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, name === 'loop' ? 20 : 1));
    done.push(name);
  };
  shutdown.release(step('database'));
  shutdown.drain(step('queue'));
  shutdown.drain(() => Promise.reject(new Error('the queue is stuck')));
  shutdown.beforeDrain(step('loop'));
  shutdown.beforeDrain(step('timer'));
  expect(shutdown.inProgress).toBe(false);
  await Promise.all([shutdown.run(), shutdown.run()]);
  expect(done).toEqual(['timer', 'loop', 'queue', 'database']);
  expect(shutdown.inProgress).toBe(true);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ phase: 'drain' }]);
});
