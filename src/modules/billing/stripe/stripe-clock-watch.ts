import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { SKEW_PROBLEM_MS, SKEW_WARNING_MS, StripeClock } from './stripe-clock.js';

const LIMITS_MS = [SKEW_WARNING_MS, SKEW_PROBLEM_MS];

/** Reports the skew between our clock and Stripe's: as a metric, and in the log once each time that it passes a limit. */
@Injectable()
export class StripeClockWatch implements OnModuleInit {
  private readonly log: Log;
  /** How many of the limits are exceeded. */
  private passed = 0;

  constructor(
    private readonly clock: StripeClock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('billing');
    metrics.gauge(
      'stripe_clock_skew_seconds',
      "How far this process's clock was ahead of Stripe's at the last answer; 0 before the first.",
      () => (clock.skewMs ?? 0) / 1_000,
    );
  }

  onModuleInit(): void {
    this.clock.onReading((skewMs) => this.see(skewMs));
  }

  private see(skewMs: number): void {
    const size = Math.abs(skewMs);
    // A limit counts as passed until the skew is well below it: otherwise a skew near it would log every other answer.
    const passed = LIMITS_MS.filter((limit, at) => size > (at < this.passed ? limit / 2 : limit)).length;
    const before = this.passed;
    this.passed = passed;
    const fields = { aheadSeconds: Math.round(skewMs / 100) / 10 };
    if (passed > before && size > SKEW_PROBLEM_MS)
      this.log.error(
        "This machine's clock differs from Stripe's by more than 60 s: calls count for the wrong billing period at its edges, and beyond 300 s every webhook is refused. Set it by NTP.",
        fields,
      );
    else if (passed > before)
      this.log.warn(
        "This machine's clock differs from Stripe's by more than 2 s: calls at the edge of a billing period may count for the wrong one. Set it by NTP.",
        fields,
      );
    else if (passed === 0 && before > 0)
      this.log.info("This machine's clock agrees with Stripe's again.", fields);
  }
}
