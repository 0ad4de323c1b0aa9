/*
 * Usage reported by the provider's meter events: their minutes, their 35 days and 15 digits, the proof that they arrived,
 * and what is done where they did not. The rest of `usage` knows of none of it, and enters here.
 */
import { UsageCanaries } from './proof/usage-canaries.js';
import { UsageDecisions } from './proof/usage-decisions.js';
import { UsageLosses } from './proof/usage-losses.js';
import { UsageProof } from './proof/usage-proof.js';
import { UsageProofPass } from './proof/usage-proof-pass.js';
import { UsageReappearance } from './proof/usage-reappearance.js';
import { UsageRejections } from './proof/usage-rejections.js';
import { UsageSender } from './reporting/usage-sender.js';
import { UsageAdjustments } from './usage-adjustments.js';
import { UsageReporter } from './usage-reporter.js';
import { UsageSettler } from './usage-settler.js';

export { type DecidedUsage } from './proof/usage-decisions.js';
export { MeterTotals } from './meter-totals.js';
export { middleOf, minutesOf, nextMinute } from './reporting/minutes.js';
export { freeMinuteAfter } from './reporting/own-minute.js';
export { type UsageReport } from './usage-reporter.js';
export { UsageAdjustments, UsageDecisions, UsageRejections, UsageReporter, UsageSettler };

/** Providers of `UsageModule`. */
export const METER_EVENT_PROVIDERS = [
  UsageAdjustments,
  UsageCanaries,
  UsageDecisions,
  UsageLosses,
  UsageProof,
  UsageProofPass,
  UsageReappearance,
  UsageRejections,
  UsageReporter,
  UsageSender,
  UsageSettler,
];
