import { setTimeout as delay } from 'node:timers/promises';
import {
  METER_TEST_STAGES,
  type MeterTest,
  type MeterTestProgress,
  type MeterTestStage,
} from '../../usage/index.js';
import type { ProgressStream } from './progress-stream.js';

/** How a test can end. */
export const METER_TEST_OUTCOMES = [
  'passed',
  'failed',
  'stopped',
  'unfollowed',
  'shutting_down',
  'broken',
] as const;
export type MeterTestOutcome = (typeof METER_TEST_OUTCOMES)[number];

/** The meter to test, and the options. */
export interface TestOrder {
  /** Its name in the catalog. */
  meter: string;
  synthetic: boolean;
  timeoutSeconds: number;
}

const LOOK_AGAIN_MS = 1_000;

/** A running meter test and its followers: each gets all of it, no matter when it joined. */
export class RunningTest {
  readonly followers = new Set<ProgressStream>();
  private readonly abort = new AbortController();
  /** The latest progress of each stage, for followers that join later. */
  private readonly latest = new Map<MeterTestStage, MeterTestProgress>();
  private outcome: MeterTestOutcome | undefined;

  /** @param onEnd called once, before the followers are notified. */
  constructor(
    readonly order: TestOrder,
    private readonly startedAt: Date,
    private readonly onEnd: (outcome: MeterTestOutcome) => void,
  ) {}

  /**
   * Runs it. A stopped test has ended for all followers at once; this still waits for the check in progress.
   * @throws unexpected errors of a check; the test has ended as `broken`.
   */
  async run(test: MeterTest): Promise<void> {
    const { signal } = this.abort;
    const { meter, synthetic, timeoutSeconds } = this.order;
    // Throws when the test was stopped: it makes no further check.
    const wait = (): Promise<unknown> => delay(LOOK_AGAIN_MS, undefined, { signal });
    try {
      const options = { timeoutMs: timeoutSeconds * 1_000, synthetic, wait };
      for await (const progress of test.run(meter, options)) {
        if (signal.aborted) return;
        this.show(progress);
      }
      this.end(this.isPassed ? 'passed' : 'failed');
    } catch (error) {
      if (signal.aborted) return;
      this.end('broken');
      throw error;
    }
  }

  follow(stream: ProgressStream): void {
    this.followers.add(stream);
    stream.once('close', () => this.followers.delete(stream));
    const { meter, synthetic, timeoutSeconds } = this.order;
    stream.send('test', {
      meter,
      synthetic,
      startedAt: this.startedAt,
      timeoutSeconds,
      stages: METER_TEST_STAGES,
    });
    for (const progress of this.latest.values()) stream.send('progress', progress);
  }

  /** Ends it and notifies the followers; the first outcome stays. */
  end(outcome: MeterTestOutcome): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.onEnd(outcome);
    this.abort.abort();
    for (const stream of this.followers) {
      stream.send('end', { outcome });
      stream.end();
    }
  }

  private get isPassed(): boolean {
    return METER_TEST_STAGES.every((stage) => this.latest.get(stage)?.state === 'passed');
  }

  private show(progress: MeterTestProgress): void {
    const before = this.latest.get(progress.stage);
    this.latest.set(progress.stage, progress);
    // The same progress a second later is not sent again.
    if (before?.state === progress.state && before.message === progress.message) return;
    for (const stream of this.followers) stream.send('progress', progress);
  }
}
