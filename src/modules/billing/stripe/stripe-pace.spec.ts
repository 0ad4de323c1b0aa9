import { expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { patiently } from './stripe-pace.js';

const throttled = (headers: Record<string, string> = {}) =>
  new Stripe.errors.StripeRateLimitError({ type: 'rate_limit_error', headers, statusCode: 429 });

/** Answers after so many refusals; what was waited for is written down. */
function asked(refusals: readonly Error[]) {
  const waits: number[] = [];
  const left = [...refusals];
  const answer = patiently(
    async () => {
      const refusal = left.shift();
      if (refusal) throw refusal;
      return 'answer';
    },
    async (ms) => waits.push(ms),
  );
  return { answer, waits };
}

it('waits as long as Stripe says, and asks again', async () => {
  const { answer, waits } = asked([throttled({ 'retry-after': '3' })]);
  expect(await answer).toBe('answer');
  expect(waits).toEqual([3_000]);
});

it('waits ever longer when Stripe does not say, and not for ever', async () => {
  const { answer, waits } = asked(Array.from({ length: 5 }, () => throttled()));
  await expect(answer).rejects.toBeInstanceOf(Stripe.errors.StripeRateLimitError);
  expect(waits).toHaveLength(4);
  expect(waits.every((ms, n) => ms >= 500 * 2 ** n && ms <= 1_000 * 2 ** n)).toBe(true);
});

it('asks once for what fails otherwise', async () => {
  const { answer, waits } = asked([new Error('away')]);
  await expect(answer).rejects.toThrow('away');
  expect(waits).toEqual([]);
});
