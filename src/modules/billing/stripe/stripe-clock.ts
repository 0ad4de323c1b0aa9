import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Clock } from '../../../platform/clock/clock.js';

/** From here on calls at the edge of a billing period may be counted for the adjacent one. */
export const SKEW_WARNING_MS = 2_000;
/** From here on it is no drift: the clock is not synchronised. From 300 s every webhook is refused. */
export const SKEW_PROBLEM_MS = 60_000;

/** A reading can be wrong by half of the round trip: slower answers are too inaccurate. */
const SLOWEST_ANSWER_MS = 2_000;
/** `Date` has whole seconds, rounded down: adding half a second is the best estimate. */
const HALF_OF_A_SECOND_MS = 500;

/** Compares our clock with Stripe's, by the `Date` header of answers to other requests. Nothing depends on it. */
@Injectable()
export class StripeClock {
  private last: number | undefined;
  private heard: (skewMs: number) => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  /** How far our clock was ahead of Stripe's when it last answered, in milliseconds; undefined before. */
  get skewMs(): number | undefined {
    return this.last;
  }

  /** Calls `heard` with each reading. */
  onReading(heard: (skewMs: number) => void): void {
    this.heard = heard;
  }

  /** Wraps the client to read its answers. */
  watch(client: Stripe.HttpClient): Stripe.HttpClient {
    return {
      getClientName: () => client.getClientName(),
      makeRequest: async (...request) => {
        const sentAt = performance.now();
        const response = await client.makeRequest(...request);
        this.read(response.getHeaders(), performance.now() - sentAt);
        return response;
      },
    };
  }

  /** @param roundTripMs by a monotonic clock: ours may be set meanwhile. */
  private read(headers: Readonly<Record<string, unknown>>, roundTripMs: number): void {
    const theirs = Date.parse(String(headers['date']));
    // A replayed answer may have the date of the first one.
    const usable = !Number.isNaN(theirs) && headers['idempotent-replayed'] === undefined;
    if (!usable || roundTripMs > SLOWEST_ANSWER_MS) return;
    const skew = this.clock.ms() - roundTripMs / 2 - (theirs + HALF_OF_A_SECOND_MS);
    this.last = skew;
    this.heard(skew);
  }
}
