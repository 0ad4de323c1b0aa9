import type { Catalogue } from '../../catalogue/index.js';
import type { Finding } from '../../platform/health/finding.js';

/** Looks whether billing is set up so that it can work; changes nothing. */
export abstract class BillingDiagnostics {
  abstract examine(catalogue: Catalogue): Promise<Finding[]>;
}
