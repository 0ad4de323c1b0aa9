import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import Stripe from 'stripe';
import { setTimeout as delay } from 'node:timers/promises';
import { Settings } from '../../../platform/config/settings.js';

/** "API endpoints have a default limit of 25 requests per second": room is left for others with the same key. */
const READS_A_SECOND = 15;
/** A sandbox has 25 requests a second in all, and meter events count among them. */
const TEST_EVENTS_A_SECOND = 15;
/** Stripe takes 1,000 events a second in live mode. What 10,000 customers have used goes out in a minute and a half. */
const LIVE_EVENTS_A_SECOND = 120;
const SLOT_MS = 200;
const TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 30_000;

/** Waits; tests have their own. */
export type Wait = (ms: number) => Promise<unknown>;

/** Keeps to Stripe's limits: how fast totals are read and events sent, and what is done when it asks for time. */
@Injectable()
export class StripePace {
  private readonly reads = paced(READS_A_SECOND);
  private readonly events: PQueue;

  constructor(settings: Settings) {
    const live = !/^[rs]k_test_/.test(settings.get('STRIPE_KEY'));
    // Where Stripe is an emulator, its own limits hold: that of events is the live one.
    const emulated = settings.get('STRIPE_API_BASE') !== undefined;
    this.events = paced(live || emulated ? LIVE_EVENTS_A_SECOND : TEST_EVENTS_A_SECOND);
  }

  /** Asks when it is its turn, and again after a while when Stripe asks for time. @throws what Stripe answers. */
  async read<T>(ask: () => Promise<T>, wait?: Wait): Promise<T> {
    return patiently(() => this.reads.add(ask) as Promise<T>, wait);
  }

  /** Sends when it is its turn, once. */
  async send<T>(send: () => Promise<T>): Promise<T> {
    return this.events.add(send) as Promise<T>;
  }
}

const paced = (aSecond: number): PQueue =>
  new PQueue({ interval: SLOT_MS, intervalCap: (aSecond * SLOT_MS) / 1_000 });

/** Tries what was throttled again, when Stripe says or after ever longer. @throws the last refusal, or any other error. */
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
