import type { Catalog } from '../../../catalog/index.js';

/** A difference between the provider and the catalog file. */
export interface Difference {
  /** `name`, `amount`, `tiers`, … */
  what: string;
  /** At the provider, and in the file; `-` when there is none. */
  from: string;
  to: string;
}

export const CHANGE_ACTIONS = [
  'create',
  'change',
  'reactivate',
  'archive',
  'migrate',
  'pending',
  'refuse',
  'none',
] as const;

/** One object at the provider, and the change that brings it in sync with the file. */
export interface CatalogChange {
  kind: 'meter' | 'product' | 'price' | 'base fee' | 'webhook' | 'event destination' | 'subscription';
  /** The name in the file; for a subscription its id. */
  name: string;
  /** `none`: in sync. `pending`: will be, `message` says when. `refuse`: impossible; `message` says why, and what to do. */
  action: (typeof CHANGE_ACTIONS)[number];
  /** The provider's id; `null` until it exists. */
  id: string | null;
  differences: readonly Difference[];
  message?: string;
}

export interface CatalogComparison {
  /** In the order in which they are made. */
  changes: readonly CatalogChange[];
  /** Information for the operator; nothing is changed. */
  notes: readonly string[];
  /** Of a migration at once: what subscribers would be charged, or granted, a second time. */
  startsAnew?: readonly StartsAnew[];
}

/** Subscribers whose price starts again in the middle of their periods. */
export interface StartsAnew {
  /** Its id. */
  plan: string;
  subscribers: number;
  /** Each completes the sentence "the plan …". */
  reasons: readonly string[];
}

/** The signing secret of a webhook endpoint or event destination, which the provider shows once. */
export interface EndpointSecret {
  receiver: 'farebox' | 'moesif';
  /** It signs the thin events, which are sent separately from the others. */
  thin?: true;
  endpointId: string;
  url: string;
  secret: string;
}

/** How a file and the provider are compared. */
export interface ComparisonOptions {
  /**
   * Moves subscriptions from former prices to their replacements: `true` when their periods end, `now` at once.
   * `cancel` takes back the moves scheduled for the end of periods.
   */
  migrate: boolean | 'now' | 'cancel';
  /** Replaces prices that also have amounts in currencies that the file lacks: refused unless requested. */
  dropCurrencies?: boolean;
}

export interface ApplyOptions extends ComparisonOptions {
  /** Called after each change. */
  onChange?(change: CatalogChange): void;
  /** Called with each new secret at once, so that it is stored before anything else happens. */
  onSecret?(secret: EndpointSecret): void;
}

/** The objects of an account, as a catalog file. */
export interface ImportedCatalog {
  /** The text of the file; `undefined` when the format can express nothing of the account. */
  text?: string;
  /** Things that the format cannot express; they are comments in the text too. */
  notes: readonly string[];
}

/** Brings the provider's meters, products, prices and webhook endpoints in sync with the catalog, and imports them. */
export abstract class CatalogSync {
  /**
   * The changes that `apply` would make; changes nothing.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract compare(catalog: Catalog, options: ComparisonOptions): Promise<CatalogComparison>;

  /**
   * Makes the changes. Running it again changes nothing; after an interruption it continues. If any change is refused,
   * nothing at all is changed.
   * @returns the changes made.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract apply(catalog: Catalog, options: ApplyOptions): Promise<CatalogComparison>;

  /**
   * The file that would create the account's objects.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract read(): Promise<ImportedCatalog>;
}
