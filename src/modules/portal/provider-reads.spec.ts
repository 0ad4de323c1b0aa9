import { beforeEach, expect, it, jest } from '@jest/globals';
import { TestClock } from '../../../test/support/test-clock.js';
import { RequestBudget } from '../billing/index.js';
import { BillingUnavailableError } from '../billing/ports/billing-errors.js';
import { FAILED_MS, FRESH_MS, ProviderReads } from './provider-reads.js';

let clock: TestClock;
let reads: ProviderReads;
const ask = jest.fn<() => Promise<number>>();
const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error as { code: string }).code,
  );

beforeEach(() => {
  clock = new TestClock(new Date('2026-03-01T00:00:00Z'));
  reads = new ProviderReads(new RequestBudget(clock), clock);
  let answers = 0;
  ask.mockReset().mockImplementation(async () => ++answers);
});

it('asks once while the answer is fresh, and again when it is not', async () => {
  const at = clock.now();
  const both = await Promise.all([reads.read('a', ['x'], ask), reads.read('a', ['x'], ask)]);
  clock.advance(FRESH_MS - 1);
  both.push(await reads.read('a', ['x'], ask));
  for (const each of both) expect(each).toEqual({ value: 1, at });
  clock.advance(2);
  expect(await reads.read('a', ['x'], ask)).toEqual({ value: 2, at: clock.now() });
});

it('asks again for what changes the answer, and for each account by itself', async () => {
  await reads.read('a', ['x', null], ask);
  expect((await reads.read('a', ['x', clock.now()], ask)).value).toBe(2);
  expect((await reads.read('b', ['x', null], ask)).value).toBe(3);
  expect((await reads.read('a', ['x', null], ask)).value).toBe(1);
});

it('keeps that there is nothing', async () => {
  const nothing = jest.fn(async () => undefined);
  for (let n = 0; n < 2; n++) expect((await reads.read('a', ['x'], nothing)).value).toBeUndefined();
  expect(nothing).toHaveBeenCalledTimes(1);
});

it('does not ask again at once while the provider is away', async () => {
  ask.mockRejectedValueOnce(new BillingUnavailableError(new Error('away')));
  for (let n = 0; n < 3; n++) expect(await code(reads.read('a', ['x'], ask))).toBe('billing_unavailable');
  expect(ask).toHaveBeenCalledTimes(1);
  clock.advance(FAILED_MS + 1);
  expect((await reads.read('a', ['x'], ask)).value).toBe(1);
});

it('beyond the budget of the process shows what it has, with its time, and refuses the rest until the next second', async () => {
  const { at } = await reads.read('a', ['x'], ask);
  clock.advance(FRESH_MS + 1);
  for (let n = 0; n < 25; n++) await reads.read(`account ${n}`, ['x'], ask);
  expect(await reads.read('a', ['x'], ask)).toEqual({ value: 1, at });
  expect(await code(reads.read('b', ['x'], ask))).toBe('rate_limited');
  clock.advance(1_000);
  expect((await reads.read('b', ['x'], ask)).at).toEqual(clock.now());
});

it('leaves the others their part when one account has had its own', async () => {
  for (let n = 0; n < 60; n++) {
    await reads.read('a', [n], ask);
    clock.advance(200);
  }
  expect(await code(reads.read('a', ['x'], ask))).toBe('rate_limited');
  expect(await code(reads.read('b', ['x'], ask))).toBeUndefined();
});

it('keeps no more than its room', async () => {
  const large = 'x'.repeat(1_024 * 1_024);
  for (let n = 0; n < 40; n++) {
    await reads.read(`account ${n}`, ['x'], async () => large);
    clock.advance(200);
  }
  await reads.read('account 0', ['x'], ask);
  expect(ask).toHaveBeenCalledTimes(1);
});
