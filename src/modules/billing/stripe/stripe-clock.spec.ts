import { beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { StripeClock } from './stripe-clock.js';
import { StripeClockWatch } from './stripe-clock-watch.js';

const NOW = Date.parse('2026-11-21T10:00:00Z');

let clock: StripeClock;
let headers: Record<string, string>;
let lines: string[];
beforeEach(() => {
  lines = [];
  clock = new StripeClock({ ms: () => NOW } as Clock);
});

/** Has Stripe answer when its clock is `secondsBehind` ours. */
async function answer(secondsBehind: number, others: Record<string, string> = {}): Promise<void> {
  headers = { date: new Date(NOW - secondsBehind * 1_000).toUTCString(), ...others };
  const inner = {
    getClientName: () => 'fake',
    makeRequest: async () => ({ getHeaders: () => headers }),
  } as unknown as Stripe.HttpClient;
  await clock.watch(inner).makeRequest('', '', '', 'GET', {}, '', 'http', 1);
}

const seconds = (): number => Math.round((clock.skewMs ?? NaN) / 1_000);

describe('a reading', () => {
  it('is how far ahead we are, in the middle of the second that Stripe says', async () => {
    expect(clock.skewMs).toBeUndefined();
    await answer(10);
    expect(clock.skewMs).toBeGreaterThan(9_300);
    expect(clock.skewMs).toBeLessThanOrEqual(9_500);
  });

  it('is none without a date, or with one that may be of another answer', async () => {
    await answer(10, { date: 'soon' });
    await answer(10, { 'idempotent-replayed': 'true' });
    expect(clock.skewMs).toBeUndefined();
  });
});

describe('what is reported', () => {
  it('is one line each time that a limit is passed, and the last reading as a metric', async () => {
    const metrics = new Metrics();
    const say = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
    const log = { warn: say('warn'), error: say('error'), info: say('info') };
    new StripeClockWatch(clock, metrics, { named: () => log } as unknown as Log).onModuleInit();
    // Not a line for each answer around a limit, nor for coming back below the higher one.
    for (const behind of [0, 2, 4, 2, 4, 70, 59, 70, 10, -70, 1, -4]) await answer(behind);
    expect(lines.map((line) => /^(\w+) .*?(more than \d+ s|again)/.exec(line)?.slice(1).join(' '))).toEqual([
      'warn more than 2 s',
      'error more than 60 s',
      'error more than 60 s',
      'info again',
      'warn more than 2 s',
    ]);
    expect(seconds()).toBe(-5);
    expect(await metrics.registry.metrics()).toMatch(/^farebox_stripe_clock_skew_seconds -4\.5/m);
    metrics.registry.clear();
  });
});
