import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { findFareboxError } from '../../../platform/errors/farebox-error.js';
import { UsageBilling } from '../billing/usage-billing.js';
import { MeterTestProbes } from './meter-test-probes.js';
import type { MeterTestProgress, MeterTestStage, StageResult } from './meter-test-progress.js';
import { SyntheticCustomers } from './synthetic-customers.js';

export interface MeterTestOptions {
  /** For the whole test, in milliseconds. */
  timeoutMs: number;
  /** Make a customer and a call, instead of waiting for a real call. Never with a live key. */
  synthetic?: boolean;
  /** How long to wait between two checks; a second by default. */
  wait?: () => Promise<unknown>;
}

/** One test under way. */
interface Run {
  options: MeterTestOptions;
  began: Date;
}

const POLL_MS = 1_000;
/** Without `synthetic`, the subscription and call of any customer count. */
const NOBODY = { customerId: undefined, byHand: undefined };

/**
 * Follows usage once through every stage to Stripe's total: the meter is set up, a price that reads it has a subscriber,
 * a call counted, usage was reported, Stripe shows it. It changes nothing except by reporting now, and with `synthetic`
 * by making a customer.
 */
@Injectable()
export class MeterTest {
  constructor(
    private readonly catalog: Catalog,
    private readonly probes: MeterTestProbes,
    private readonly synthetic: SyntheticCustomers,
    private readonly billing: UsageBilling,
    private readonly clock: Clock,
  ) {}

  /**
   * The progress: at each check, and when a stage ends. It ends with `failed`, or with `passed` in the last stage.
   * @param name a meter of the catalog.
   */
  async *run(name: string, options: MeterTestOptions): AsyncGenerator<MeterTestProgress, void> {
    const run: Run = { options, began: this.clock.now() };
    const definition = this.catalog.meters.find((meter) => meter.name === name);
    const confirmed = yield* this.stage(run, 'meter', () => this.probes.meter(name, definition));
    if (!confirmed || !definition) return;
    const { meter, plans } = confirmed;
    const made = options.synthetic
      ? yield* this.stage(run, 'subscription', () => this.synthetic.make(definition, plans), 'silent')
      : NOBODY;
    if (!made) return;
    const subscribed = yield* this.stage(run, 'subscription', () =>
      this.probes.subscription(meter, plans, made.customerId),
    );
    if (!subscribed) return;
    const caller = made.byHand === undefined ? made.customerId : undefined;
    const period = yield* this.stage(run, 'call', () =>
      this.probes.call(meter, run.began, caller, made.byHand),
    );
    if (!period) return;
    const { billing, probes } = this;
    if (!(yield* this.stage(run, 'report', () => billing.testReport(probes, meter, period)))) return;
    yield* this.stage(run, 'stripe', () => billing.testTotal(probes, meter, period));
  }

  /**
   * Checks until the stage passes or the test times out.
   * @param quiet `silent`: a result is reported by the next check of the same stage.
   * @returns the result; `undefined` when the test ends here.
   */
  private async *stage<T>(
    { options, began }: Run,
    stage: MeterTestStage,
    look: () => Promise<StageResult<T>>,
    quiet?: 'silent',
  ): AsyncGenerator<MeterTestProgress, T | undefined> {
    for (;;) {
      const result = await look().catch(asWaiting);
      const elapsedMs = Math.max(0, this.clock.ms() - began.getTime());
      if ('found' in result) {
        const state = quiet ? 'working' : 'passed';
        yield { stage, state, message: result.message, elapsedMs };
        return result.found;
      }
      if ('failed' in result) {
        yield { stage, state: 'failed', message: result.failed, advice: result.advice, elapsedMs };
        return undefined;
      }
      if (elapsedMs >= options.timeoutMs) {
        yield { stage, state: 'failed', message: result.waiting, advice: ADVICE[stage], elapsedMs };
        return undefined;
      }
      yield { stage, state: 'working', message: result.waiting, elapsedMs };
      await (options.wait ? options.wait() : delay(POLL_MS));
    }
  }
}

/** A retry may succeed soon: the provider or the database is unavailable. */
function asWaiting(error: unknown): { waiting: string } {
  const known = findFareboxError(error);
  if (!known) throw error;
  return { waiting: known.publicMessage };
}

/** The advice when a stage times out. */
const ADVICE: Record<MeterTestStage, string> = {
  meter: 'Check that Stripe is reachable: npm run farebox -- doctor',
  subscription:
    'Register a customer on one of these plans (POST /register), or create a subscription in Stripe. Farebox learns of it by a webhook or with the first paid call: check that the application is running.',
  call: "Call the meter's route with a token of such a customer while the application is running. The meter's filter in the catalog says which calls it counts.",
  report:
    'Check the application log for "Usage", and run: npm run farebox -- usage report. Recorded usage is reported later in any case.',
  stripe:
    'Stripe accepts usage immediately and shows it within minutes. If it still does not, run: npm run farebox -- usage reconcile',
};
