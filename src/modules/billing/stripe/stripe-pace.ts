import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import Stripe from 'stripe';
import { setTimeout as delay } from 'node:timers/promises';
import { Settings } from '../../../platform/config/settings.js';

/** "API endpoints have a default limit of 25 requests per second": the rest is for other processes with the same key. */
const READS_A_SECOND = 15;
/** A sandbox allows 25 requests per second in all, including meter events. */
const TEST_EVENTS_A_SECOND = 15;
/** Stripe allows 1,000 events a second in live mode. The usage of 10,000 customers is sent in a minute and a half. */
const LIVE_EVENTS_A_SECOND = 120;
const SLOT_MS = 200;
const TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 30_000;

/** Waits; tests have their own. */
export type Wait = (ms: number) => Promise<unknown>;

/** Keeps to Stripe's limits: the rate of reading totals and sending events, and retries when Stripe throttles. */
@Injectable()
export class StripePace {
  private readonly reads = paced(READS_A_SECOND);
  private readonly events: PQueue;

  constructor(settings: Settings) {
    const live = !/^[rs]k_test_/.test(settings.get('STRIPE_KEY'));
    // An emulator has limits of its own: that of events is the live one.
    const emulated = settings.get('STRIPE_API_BASE') !== undefined;
    this.events = paced(live || emulated ? LIVE_EVENTS_A_SECOND : TEST_EVENTS_A_SECOND);
  }

  /** Asks within the rate limit, and retries later when Stripe throttles. @throws Stripe's errors. */
  async read<T>(ask: () => Promise<T>, wait?: Wait): Promise<T> {
    return patiently(() => this.reads.add(ask) as Promise<T>, wait);
  }

  /** Sends within the rate limit, once. */
  async send<T>(send: () => Promise<T>): Promise<T> {
    return this.events.add(send) as Promise<T>;
  }
}

const paced = (aSecond: number): PQueue =>
  new PQueue({ interval: SLOT_MS, intervalCap: (aSecond * SLOT_MS) / 1_000 });

/** Retries throttled requests, when Stripe says or with increasing delays. @throws the last refusal, or any other error. */
export async function patiently<T>(ask: () => Promise<T>, wait: Wait = delay): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeRateLimitError) || attempt === TRIES) throw error;
      await wait(waitFor(error, attempt));
    }
  }
}

function waitFor(error: InstanceType<typeof Stripe.errors.StripeRateLimitError>, attempt: number): number {
  const asked = Number(error.headers?.['retry-after']) * 1_000;
  const wait = asked > 0 ? asked : FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  return Math.min(wait, LAST_WAIT_MS);
}
