import { expect, it } from '@jest/globals';
import { TestClock } from '../../../test/support/test-clock.js';
import { RequestBudget } from './request-budget.js';

const clock = new TestClock(new Date('2026-03-01T00:00:00Z'));
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it('visitors share the budget of the process', () => {
  const budget = new RequestBudget(clock);
  for (let n = 0; n < 25; n++) budget.spend();
  expect(codeOf(() => budget.spend())).toBe('rate_limited');
  expect(codeOf(() => budget.spend('account'))).toBe('rate_limited');
});

it('changes wait for room: four of an account at once, sixty in all, twenty of an account a minute', async () => {
  const budget = new RequestBudget(clock);
  let finish: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (finish = resolve));
  const ids = Array.from({ length: 60 }, (_, n) => `account ${n % 15}`);
  const open = ids.slice(0, 59).map((id) => budget.change(id, () => hanging));
  await expect(budget.change('account 0', async () => 1)).rejects.toMatchObject({ code: 'rate_limited' });
  open.push(budget.change(ids[59]!, () => hanging));
  await expect(budget.change('e', async () => 1)).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: 2,
  });
  finish();
  await Promise.all(open);
  for (let n = 0; n < 19; n++) await budget.change('e', async () => n);
  await expect(budget.change('e', async () => 1)).rejects.toMatchObject({ code: 'rate_limited' });
  clock.advance(60_000);
  await expect(budget.change('e', async () => 1)).resolves.toBe(1);
});

it('a change that fails gives its room back', async () => {
  const budget = new RequestBudget(clock);
  for (let n = 0; n < 9; n++)
    await expect(
      budget.change('a', async () => {
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
});
