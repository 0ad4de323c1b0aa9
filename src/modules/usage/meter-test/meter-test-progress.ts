/**
 * The stages of a meter test, in order: `meter`, it is set up; `subscription`, a price that reads it has a subscriber;
 * `call`, a call counted; `report`, usage was reported to the provider; `stripe`, its total shows the usage.
 */
export const METER_TEST_STAGES = ['meter', 'subscription', 'call', 'report', 'stripe'] as const;
export type MeterTestStage = (typeof METER_TEST_STAGES)[number];

/** The progress of a meter test. */
export interface MeterTestProgress {
  stage: MeterTestStage;
  /** `failed` ends the test; so does `passed` in the last stage. */
  state: 'working' | 'passed' | 'failed';
  /** The finding, in a sentence. */
  message: string;
  /** For `failed`: the action to take. */
  advice?: string;
  /** Since the test began. */
  elapsedMs: number;
}

/** The result of one check of a stage. */
export type StageResult<T> =
  { found: T; message: string } | { waiting: string } | { failed: string; advice: string };
