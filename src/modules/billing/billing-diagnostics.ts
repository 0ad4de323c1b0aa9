import type { Catalog } from '../../catalog/index.js';
import type { Finding } from '../../platform/health/finding.js';

/** Checks whether billing is set up correctly; changes nothing. */
export abstract class BillingDiagnostics {
  abstract examine(catalog: Catalog): Promise<Finding[]>;
}
