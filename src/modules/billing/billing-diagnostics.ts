import type { Catalog } from '../../catalog/index.js';
import type { Finding } from '../../platform/health/finding.js';

/** Looks whether billing is set up so that it can work; changes nothing. */
export abstract class BillingDiagnostics {
  abstract examine(catalog: Catalog): Promise<Finding[]>;
}
