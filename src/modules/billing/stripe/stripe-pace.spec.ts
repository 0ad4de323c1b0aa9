import { afterEach, describe, expect, it, jest } from '@jest/globals';
import Stripe from 'stripe';
import { TOKEN_SECRET } from '../../../../test/support/farebox.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { patiently, StripePace } from './stripe-pace.js';

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

describe('Stripe takes 25 requests a second, of each endpoint and of a sandbox in all', () => {
  const SANDBOX = { STRIPE_KEY: 'sk_test_x', TOKEN_SECRET };
  const DAY_MS = 86_400_000;
  afterEach(() => {
    jest.useRealTimers();
  });

  /** The most requests in any second, and how many seconds all of it took. */
  function rateOf(sent: readonly number[]): { most: number; seconds: number } {
    const within = sent.map((begin) => sent.filter((at) => at >= begin && at < begin + 1_000).length);
    return { most: Math.max(...within), seconds: ((sent.at(-1) ?? 0) - (sent[0] ?? 0)) / 1_000 };
  }

  it.each(['read', 'send'] as const)('%s keeps to it, however many wait', async (kind) => {
    jest.useFakeTimers();
    const pace = new StripePace(parseSettings(SANDBOX));
    const sent: number[] = [];
    const ask = async (): Promise<number> => sent.push(Date.now());
    const all = Promise.all(Array.from({ length: 300 }, () => pace[kind](ask)));
    await jest.advanceTimersByTimeAsync(DAY_MS / 1_000);
    await all;
    const { most, seconds } = rateOf(sent);
    expect(sent).toHaveLength(300);
    expect(most).toBeLessThanOrEqual(25);
    // Nor does it dawdle.
    expect(seconds).toBeLessThanOrEqual(300 / 10);
  });

  it('what was throttled is sent again within it, alone, and what was had is not sent anew', async () => {
    jest.useFakeTimers();
    const pace = new StripePace(parseSettings(SANDBOX));
    const sent: [n: number, at: number][] = [];
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const all = Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        pace.read(async () => {
          const before = sent.filter(([other]) => other === n).length;
          sent.push([n, Date.now()]);
          if (n >= 20 && n < 25 && before < 2) throw throttled();
          return n;
        }, wait),
      ),
    );
    await jest.advanceTimersByTimeAsync(DAY_MS / 1_000);
    expect(await all).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(sent).toHaveLength(60 + 5 * 2);
    expect(rateOf(sent.map(([, at]) => at)).most).toBeLessThanOrEqual(25);
  });
});
