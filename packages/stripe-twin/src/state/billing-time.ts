import { seconds, type Clock } from './clock.js';

interface Parts {
  customers: { get(id: string): { test_clock?: string | { id: string } | null } | undefined };
  testClocks: { get(id: string): { frozen_time: number } | undefined };
}

/**
 * What time it is for a customer, in seconds: that of the test clock the customer lives on, or of the twin. While
 * time is walked through step by step, it is the time of the step, however far ahead the clock is.
 */
export class BillingTime {
  private step: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly parts: Parts,
  ) {}

  /** For that customer; one that is gone lives on the twin's time. */
  of(customer: string): number {
    return this.step ?? this.onClock(this.clockOf(customer));
  }

  /** On that test clock, or with null on no test clock. */
  onClock(testClock: string | null): number {
    const frozen = testClock === null ? undefined : this.parts.testClocks.get(testClock)?.frozen_time;
    return frozen ?? seconds(this.clock);
  }

  /** Of the twin, in milliseconds. */
  twinMs(): number {
    return this.step === null ? this.clock.now() : this.step * 1000;
  }

  /** The id of the customer's test clock. */
  clockOf(customer: string): string | null {
    const clock = this.parts.customers.get(customer)?.test_clock ?? null;
    return typeof clock === 'string' ? clock : (clock?.id ?? null);
  }

  /** Runs synchronous work as if it were `at`, for whomever it concerns. */
  during<R>(at: number, work: () => R): R {
    this.step = at;
    try {
      return work();
    } finally {
      this.step = null;
    }
  }
}
