/**
 * The stages of a meter test, in order: `meter`, is it set up; `subscription`, has somebody a price that reads it; `call`,
 * did a call count; `report`, was the provider told; `stripe`, does its total show it.
 */
export const METER_TEST_STAGES = ['meter', 'subscription', 'call', 'report', 'stripe'] as const;
export type MeterTestStage = (typeof METER_TEST_STAGES)[number];

/** Where a meter test stands. */
export interface MeterTestProgress {
  stage: MeterTestStage;
  /** `failed` ends the test; so does `passed` in the last stage. */
  state: 'working' | 'passed' | 'failed';
  /** What is seen, in a sentence. */
  message: string;
  /** For `failed`: what to do. */
  advice?: string;
  /** Since the test began. */
  elapsedMs: number;
}

/** What a look at a stage finds. */
export type StageResult<T> =
  { found: T; message: string } | { waiting: string } | { failed: string; advice: string };
