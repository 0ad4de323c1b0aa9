import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Workers } from './workers.js';

/** Work that a test ends, thing by thing. */
class Todo {
  readonly due: string[] = [];
  readonly taken: string[] = [];
  readonly failures: unknown[] = [];
  looks = 0;
  rests = 0;
  /** So many rests fail first. */
  restless = 0;
  private readonly ends = new Map<string, () => void>();

  readonly workers = (limit: number): Workers =>
    new Workers({
      limit,
      takeOne: (found) => this.takeOne(found),
      rest: async () => {
        if (this.restless-- > 0) throw new Error('no rest');
        this.rests++;
      },
      failed: (error) => this.failures.push(error),
    });

  end(name: string): void {
    this.ends.get(name)?.();
  }

  private async takeOne(found: () => void): Promise<boolean> {
    this.looks++;
    const name = this.due.shift();
    if (name === undefined) return false;
    if (name === 'broken') throw new Error('broken');
    this.taken.push(name);
    found();
    if (name.startsWith('slow')) await new Promise<void>((resolve) => this.ends.set(name, resolve));
    return true;
  }
}

let todo: Todo;
beforeEach(() => {
  todo = new Todo();
});

it('does all that is due, and rests once', async () => {
  todo.due.push('a', 'b', 'c');
  const workers = todo.workers(2);
  workers.wake();
  await workers.idle();
  expect(todo.taken).toEqual(['a', 'b', 'c']);
  expect(todo.rests).toBe(1);
});

it('looks once for each thing, and once more, when there may be one at it', async () => {
  todo.due.push('a', 'b');
  const workers = todo.workers(1);
  workers.wake();
  await workers.idle();
  expect(todo.looks).toBe(3);
});

it('looks once when nothing is due', async () => {
  const workers = todo.workers(4);
  workers.wake();
  await workers.idle();
  expect(todo.looks).toBe(1);
});

describe('something slow', () => {
  it('holds up nothing else', async () => {
    todo.due.push('slow', 'b');
    const workers = todo.workers(2);
    workers.wake();
    await new Promise(setImmediate);
    todo.due.push('c');
    workers.wake();
    await new Promise(setImmediate);
    expect(todo.taken).toEqual(['slow', 'b', 'c']);
    todo.end('slow');
    await workers.idle();
    expect(todo.rests).toBeGreaterThan(0);
  });

  it('has no more at it than the limit', async () => {
    todo.due.push('slow 1', 'slow 2', 'c');
    const workers = todo.workers(2);
    workers.wake();
    await new Promise(setImmediate);
    workers.wake();
    expect(todo.taken).toEqual(['slow 1', 'slow 2']);
    for (const name of ['slow 1', 'slow 2']) todo.end(name);
    await workers.idle();
    expect(todo.taken).toContain('c');
  });
});

it('what comes while everybody is at the last look is found', async () => {
  todo.due.push('slow');
  const workers = todo.workers(1);
  workers.wake();
  await new Promise(setImmediate);
  // The worker looks when this has ended; it is woken first.
  workers.wake();
  todo.end('slow');
  todo.due.push('late');
  await workers.idle();
  expect(todo.taken).toEqual(['slow', 'late']);
});

describe('after a failure', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  it('it looks again by itself within seconds, later each time it fails, and as soon as at first once it went well', async () => {
    const workers = todo.workers(1);
    const looksWithin = async (ms: number): Promise<number> => {
      const before = todo.looks;
      jest.advanceTimersByTime(ms);
      await workers.idle();
      return todo.looks - before;
    };
    todo.due.push('broken', 'broken', 'broken', 'b');
    workers.wake();
    await workers.idle();
    expect(await looksWithin(499)).toBe(0);
    expect(await looksWithin(501)).toBe(1);
    expect(await looksWithin(999)).toBe(0);
    expect(await looksWithin(1_001)).toBe(1);
    expect(await looksWithin(4_000)).toBe(2);
    expect([todo.taken, todo.failures.length]).toEqual([['b'], 3]);
    expect(await looksWithin(60_000)).toBe(0);
    todo.due.push('broken', 'c');
    workers.wake();
    await workers.idle();
    await looksWithin(1_000);
    expect(todo.taken).toEqual(['b', 'c']);
  });

  it('also when nobody could be had wake it for what is next', async () => {
    const workers = todo.workers(1);
    todo.restless = 1;
    workers.wake();
    await workers.idle();
    todo.due.push('a');
    jest.advanceTimersByTime(1_000);
    await workers.idle();
    expect([todo.taken, todo.rests]).toEqual([['a'], 1]);
  });

  it('it does not when it was stopped', async () => {
    const workers = todo.workers(1);
    todo.due.push('broken', 'b');
    workers.wake();
    await workers.stop();
    jest.advanceTimersByTime(60_000);
    await workers.idle();
    expect(todo.taken).toEqual([]);
  });
});

it('a failure is told, and the next wake begins anew', async () => {
  todo.due.push('broken', 'b');
  const workers = todo.workers(1);
  workers.wake();
  await workers.idle();
  expect(todo.failures).toHaveLength(1);
  workers.wake();
  await workers.idle();
  expect(todo.taken).toEqual(['b']);
});

it('stopped, it ends what it has and takes nothing more', async () => {
  todo.due.push('slow', 'b');
  const workers = todo.workers(1);
  workers.wake();
  await new Promise(setImmediate);
  const stopped = workers.stop();
  todo.end('slow');
  await stopped;
  workers.wake();
  await workers.idle();
  expect(todo.taken).toEqual(['slow']);
  expect(todo.rests).toBe(0);
});
