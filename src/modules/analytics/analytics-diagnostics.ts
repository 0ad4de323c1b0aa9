import type { Finding } from '../../platform/health/finding.js';

/** Checks whether the analytics provider accepts our key; leaves nothing behind. */
export abstract class AnalyticsDiagnostics {
  abstract examine(): Promise<Finding[]>;
}
