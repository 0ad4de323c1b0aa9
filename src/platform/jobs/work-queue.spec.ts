import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WorkQueue } from './work-queue.js';

/** Work that a test ends, thing by thing. */
class Todo {
  readonly due: string[] = [];
  readonly taken: string[] = [];
  readonly failures: unknown[] = [];
  looks = 0;
  /** So often it was asked what is next. */
  asked = 0;
  /** So many of these fail first. */
  failing = 0;
  next: Date | undefined;
  private readonly ends = new Map<string, () => void>();

  readonly queue = (atOnce: number): WorkQueue =>
    new WorkQueue(
      {
        name: 'todo',
        atOnce,
        takeOne: (found) => this.takeOne(found),
        nextAt: async () => {
          if (this.failing-- > 0) throw new Error('the database is away');
          this.asked++;
          return this.next;
        },
        failed: (error) => this.failures.push(error),
      },
      () => NOW,
    );

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

const NOW = Date.parse('2026-03-10T12:00:00Z');

let todo: Todo;
beforeEach(() => {
  todo = new Todo();
});

it('does all that is due, and rests once', async () => {
  todo.due.push('a', 'b', 'c');
  const queue = todo.queue(2);
  queue.wake();
  await queue.idle();
  expect(todo.taken).toEqual(['a', 'b', 'c']);
  expect(todo.asked).toBe(1);
});

it('looks once for each thing, and once more, when there may be one at it', async () => {
  todo.due.push('a', 'b');
  const queue = todo.queue(1);
  queue.wake();
  await queue.idle();
  expect(todo.looks).toBe(3);
});

it('looks once when nothing is due', async () => {
  const queue = todo.queue(4);
  queue.wake();
  await queue.idle();
  expect(todo.looks).toBe(1);
});

describe('something slow', () => {
  it('holds up nothing else', async () => {
    todo.due.push('slow', 'b');
    const queue = todo.queue(2);
    queue.wake();
    await new Promise(setImmediate);
    todo.due.push('c');
    queue.wake();
    await new Promise(setImmediate);
    expect(todo.taken).toEqual(['slow', 'b', 'c']);
    todo.end('slow');
    await queue.idle();
    expect(todo.asked).toBeGreaterThan(0);
  });

  it('has no more at it than the limit', async () => {
    todo.due.push('slow 1', 'slow 2', 'c');
    const queue = todo.queue(2);
    queue.wake();
    await new Promise(setImmediate);
    queue.wake();
    expect(todo.taken).toEqual(['slow 1', 'slow 2']);
    for (const name of ['slow 1', 'slow 2']) todo.end(name);
    await queue.idle();
    expect(todo.taken).toContain('c');
  });
});

it('what comes while everybody is at the last look is found', async () => {
  todo.due.push('slow');
  const queue = todo.queue(1);
  queue.wake();
  await new Promise(setImmediate);
  // The worker looks when this has ended; it is woken first.
  queue.wake();
  todo.end('slow');
  todo.due.push('late');
  await queue.idle();
  expect(todo.taken).toEqual(['slow', 'late']);
});

describe('after a failure', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  it('it looks again by itself within seconds, later each time it fails, and as soon as at first once it went well', async () => {
    const queue = todo.queue(1);
    const looksWithin = async (ms: number): Promise<number> => {
      const before = todo.looks;
      jest.advanceTimersByTime(ms);
      await queue.idle();
      return todo.looks - before;
    };
    todo.due.push('broken', 'broken', 'broken', 'b');
    queue.wake();
    await queue.idle();
    expect(await looksWithin(499)).toBe(0);
    expect(await looksWithin(501)).toBe(1);
    expect(await looksWithin(999)).toBe(0);
    expect(await looksWithin(1_001)).toBe(1);
    expect(await looksWithin(4_000)).toBe(2);
    expect([todo.taken, todo.failures.length]).toEqual([['b'], 3]);
    expect(await looksWithin(60_000)).toBe(0);
    todo.due.push('broken', 'c');
    queue.wake();
    await queue.idle();
    await looksWithin(1_000);
    expect(todo.taken).toEqual(['b', 'c']);
  });

  it('also when nobody could be had wake it for what is next', async () => {
    const queue = todo.queue(1);
    todo.failing = 1;
    queue.wake();
    await queue.idle();
    todo.due.push('a');
    jest.advanceTimersByTime(1_000);
    await queue.idle();
    expect([todo.taken, todo.asked]).toEqual([['a'], 1]);
  });

  it('it does not when it was stopped', async () => {
    const queue = todo.queue(1);
    todo.due.push('broken', 'b');
    queue.wake();
    await queue.stop();
    jest.advanceTimersByTime(60_000);
    await queue.idle();
    expect(todo.taken).toEqual([]);
  });
});

describe('a timer wakes it', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  it.each([
    ['at the time of what is due next', 5_000, 5_000],
    ['in a second, when what is due is locked by another process', -10_000, 1_000],
    ['in a minute at the latest, as clocks may be set', 3_600_000, 60_000],
  ])('%s', async (_when, dueIn, wakesIn) => {
    todo.next = new Date(NOW + dueIn);
    const queue = todo.queue(1);
    queue.wake();
    await queue.idle();
    jest.advanceTimersByTime(wakesIn - 1);
    await queue.idle();
    expect(todo.looks).toBe(1);
    jest.advanceTimersByTime(1);
    await queue.idle();
    expect(todo.looks).toBe(2);
  });
});

it('a failure is told, and the next wake begins anew', async () => {
  todo.due.push('broken', 'b');
  const queue = todo.queue(1);
  queue.wake();
  await queue.idle();
  expect(todo.failures).toHaveLength(1);
  queue.wake();
  await queue.idle();
  expect(todo.taken).toEqual(['b']);
});

it('stopped, it ends what it has and takes nothing more', async () => {
  todo.due.push('slow', 'b');
  const queue = todo.queue(1);
  queue.wake();
  await new Promise(setImmediate);
  const stopped = queue.stop();
  todo.end('slow');
  await stopped;
  queue.wake();
  await queue.idle();
  expect(todo.taken).toEqual(['slow']);
  expect(todo.asked).toBe(0);
});
