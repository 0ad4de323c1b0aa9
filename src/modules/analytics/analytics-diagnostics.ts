import type { Finding } from '../../platform/health/finding.js';

/** Looks whether the analytics provider accepts us; leaves nothing behind. */
export abstract class AnalyticsDiagnostics {
  abstract examine(): Promise<Finding[]>;
}
