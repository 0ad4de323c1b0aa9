import type { Catalogue } from '../../catalogue/index.js';

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
export interface CatalogueChange {
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

export interface CatalogueComparison {
  /** In the order in which they are made. */
  changes: readonly CatalogueChange[];
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
  onChange?(change: CatalogueChange): void;
  /** Given each new secret at once, to be kept before anything else happens. */
  onSecret?(secret: EndpointSecret): void;
}

/** What an account has, as a catalogue file. */
export interface ImportedCatalogue {
  /** The text of the file; `undefined` when there is nothing that the format can say. */
  text?: string;
  /** What could not be expressed; they stand in the text as comments too. */
  notes: readonly string[];
}

/** Brings the provider's meters, products, prices and webhook endpoints up to the catalogue, and back. */
export abstract class CatalogueSync {
  /**
   * What `apply` would do; changes nothing.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract compare(catalogue: Catalogue, options: ComparisonOptions): Promise<CatalogueComparison>;

  /**
   * Makes it so. Running it again changes nothing; stopped anywhere, it goes on where it was. Where anything is refused,
   * nothing at all is changed.
   * @returns what was done.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract apply(catalogue: Catalogue, options: ApplyOptions): Promise<CatalogueComparison>;

  /**
   * The file that would make what the account has.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses.
   */
  abstract read(): Promise<ImportedCatalogue>;
}
