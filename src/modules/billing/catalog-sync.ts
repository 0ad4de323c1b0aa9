import type { Catalog } from '../../catalog/index.js';

/** What the provider has and what the file says, where they differ. */
export interface Difference {
  /** `name`, `amount`, `tiers`, … */
  what: string;
  /** At the provider, and in the file; `-` for nothing. */
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

/** One object at the provider, and what brings it up to the file. */
export interface CatalogChange {
  kind: 'meter' | 'product' | 'price' | 'base fee' | 'webhook' | 'event destination' | 'subscription';
  /** The name in the file; for a subscription its id. */
  name: string;
  /** `none`: it is as it should be. `pending`: it will be, `message` says when. `refuse`: it cannot be made so; `message` says why, and what to do. */
  action: (typeof CHANGE_ACTIONS)[number];
  /** The provider's id; `null` while there is none. */
  id: string | null;
  differences: readonly Difference[];
  message?: string;
}

export interface CatalogComparison {
  /** In the order in which they are made. */
  changes: readonly CatalogChange[];
  /** What an operator should know; nothing is changed. */
  notes: readonly string[];
  /** Of a migration at once: what subscribers would be charged for, or be given, a second time. */
  startsAnew?: readonly StartsAnew[];
}

/** Subscribers whose price begins again in the middle of their periods. */
export interface StartsAnew {
  /** Its id. */
  plan: string;
  subscribers: number;
  /** Each reads on from "the plan …". */
  reasons: readonly string[];
}

/** The signing secret of a webhook endpoint or event destination, which the provider tells once. */
export interface EndpointSecret {
  receiver: 'farebox' | 'moesif';
  /** It signs the thin events, which come beside the others. */
  thin?: true;
  endpointId: string;
  url: string;
  secret: string;
}

/** How a file and the provider are compared. */
export interface ComparisonOptions {
  /**
   * Moves subscriptions from former prices to those that have taken their place: `true` when their periods end, `now` at
   * once. `cancel` takes back what is to happen when periods end.
   */
  migrate: boolean | 'now' | 'cancel';
  /** Replaces prices that have amounts in other currencies too, of which the file has none: refused unless asked for. */
  dropCurrencies?: boolean;
}

export interface ApplyOptions extends ComparisonOptions {
  /** Told of each change as soon as it is made. */
  onChange?(change: CatalogChange): void;
  /** Given each new secret at once, to be kept before anything else happens. */
  onSecret?(secret: EndpointSecret): void;
}

/** What an account has, as a catalog file. */
export interface ImportedCatalog {
  /** The text of the file; `undefined` when there is nothing that the format can say. */
  text?: string;
  /** What could not be expressed; they stand in the text as comments too. */
  notes: readonly string[];
}

/** Brings the provider's meters, products, prices and webhook endpoints up to the catalog, and back. */
export abstract class CatalogSync {
  /**
   * What `apply` would do; changes nothing.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract compare(catalog: Catalog, options: ComparisonOptions): Promise<CatalogComparison>;

  /**
   * Makes it so. Running it again changes nothing; stopped anywhere, it goes on where it was. Where anything is refused,
   * nothing at all is changed.
   * @returns what was done.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract apply(catalog: Catalog, options: ApplyOptions): Promise<CatalogComparison>;

  /**
   * The file that would make what the account has.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract read(): Promise<ImportedCatalog>;
}
