import type { Catalogue } from '../../catalogue/index.js';

/** One thing that was done, or found as it should be. */
export interface SyncStep {
  kind: 'meter' | 'product' | 'price';
  /** The name in the catalogue. */
  name: string;
  /** `differs`: it is there, is not what the catalogue says, and was left as it is. */
  action: 'created' | 'reactivated' | 'unchanged' | 'differs';
  /** The provider's id. */
  id: string;
  /** For `differs`: in what, and what to do. */
  message?: string;
}

/** Brings the provider's meters, products and prices up to the catalogue. */
export abstract class CatalogueSync {
  /**
   * Creates what is missing. Running it again changes nothing; stopped half-way, it goes on where it was.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract apply(catalogue: Catalogue): Promise<SyncStep[]>;
}
