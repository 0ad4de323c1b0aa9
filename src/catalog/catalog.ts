import type { MeterAggregation } from './aggregations/index.js';
import type { Amount } from './amount.js';
import type { MeterMetric } from './metrics/index.js';

/** An hour: the default window of a meter. */
export const DEFAULT_WINDOW_MS = 3_600_000;

/** A required request header, with that value where one is given. */
export interface HeaderCriterion {
  /** Lower case. */
  name: string;
  value?: string;
}

/** The filter of a meter. Every criterion that is given must hold; none given means every paid call. */
export interface MeterFilter {
  /** The route's pattern, `/items/:id`. */
  route?: string;
  /** GET, POST, … */
  verb?: string;
  /** A status (`200`) or a class of them (`2xx`); one of the list must hold. */
  status?: readonly string[];
  /** The id of a plan. */
  plan?: string;
  header?: HeaderCriterion;
}

/** Turns calls into a number to be billed. */
export interface MeterDefinition {
  name: string;
  displayName: string;
  /** The meter's name at Stripe. `null` when the Stripe price was made elsewhere: then its own meter is used. */
  eventName: string | null;
  filter: MeterFilter;
  metric: MeterMetric;
  aggregation: MeterAggregation;
  /** Length of the windows that all aggregations but `sum` use, in milliseconds. They begin at midnight UTC. */
  windowMs: number;
}

/** The billing interval, as Stripe writes it: every `count` of `interval`. */
export interface BillingPeriod {
  interval: 'day' | 'week' | 'month' | 'year';
  count: number;
}

/** A step of a graduated or volume price. */
export interface Tier {
  /** The last unit of the step; `inf` for the last step. */
  upTo: number | 'inf';
  unitAmount: Amount;
  /** Charged once when the step is reached, whatever the number of units in it. */
  flatAmount?: Amount;
}

/** Whether tax comes on top of the amounts or is in them; absent: the account's default at Stripe. */
export type TaxBehavior = 'exclusive' | 'inclusive';

interface PriceTerms {
  currency: string;
  billingPeriod: BillingPeriod;
  /** The name of the meter whose units are charged. */
  meter: string;
  /** The key by which the price is found at Stripe. */
  lookupKey: string;
  /** Shown beside the price at Stripe ("nickname"). */
  description?: string;
  taxBehavior?: TaxBehavior;
}

/** Units of every period that cost nothing. */
interface FreeAllowance {
  free?: number;
}

/** The same amount for every unit. */
export type StandardPrice = PriceTerms & FreeAllowance & { model: 'standard'; unitAmount: Amount };
/** An amount for every started package of units. */
export type PackagePrice = PriceTerms & { model: 'package'; packageAmount: Amount; packageSize: number };
/** Each unit has the price of its own step. */
export type GraduatedPrice = PriceTerms & FreeAllowance & { model: 'graduated'; tiers: readonly Tier[] };
/** All units have the price of the step that the total reaches. */
export type VolumePrice = PriceTerms & { model: 'volume'; tiers: readonly Tier[] };
export type TieredPrice = GraduatedPrice | VolumePrice;
/** A price that was made in Stripe by hand; only its id is known. */
export interface ExistingPrice {
  stripePriceId: string;
  meter: string;
}

export type CatalogPrice = StandardPrice | PackagePrice | TieredPrice;

/** The cost of a plan per period before any use, in advance: a second price on the same product, with the same period. */
export interface BaseFee {
  amount: Amount;
  lookupKey: string;
  /** Shown beside the price at Stripe ("nickname"). */
  description?: string;
}

export interface Plan {
  id: string;
  product: {
    /** Stripe's id of a product that was made elsewhere; absent: ours, `farebox_<plan>`. */
    id?: string;
    name: string;
    description?: string;
    image?: string;
  };
  price: CatalogPrice | ExistingPrice;
  baseFee?: BaseFee;
  /** Days before anything is charged; absent: none. */
  trialDays?: number;
}

/**
 * Switches for all plans. These are read here and honoured elsewhere: `automaticTax` where subscriptions and checkout
 * sessions are made or changed, `registration` where people register, `callsWithoutCard` where paid calls are let
 * through, `repeatTrials` where a trial begins. `automaticTax` needs `registration: payment_method`.
 */
export interface CatalogSwitches {
  /** Stripe Tax works out the tax of every invoice. */
  automaticTax: boolean;
  /**
   * `open`: a registration gets a token at once. `verified`: by a link that is mailed. `payment_method`: only with a
   * payment method, through checkout.
   */
  registration: 'open' | 'verified' | 'payment_method';
  /** Whether a person who has had a trial gets another one, with another subscription, account or card. */
  repeatTrials: boolean;
  /** How many paid calls an account without a payment method may make in a billing period; 0: none; null: any number. */
  callsWithoutCard: number | null;
}

/** Credit for accounts without any guarantee of payment, where the catalog sets none. */
const DEFAULT_CALLS_WITHOUT_CARD = 1_000;

export const DEFAULT_SWITCHES: CatalogSwitches = {
  automaticTax: false,
  registration: 'open',
  repeatTrials: false,
  callsWithoutCard: DEFAULT_CALLS_WITHOUT_CARD,
};

/** The offered plans, and how their usage is counted. */
export class Catalog {
  constructor(
    /** The file it came from, or the setting. */
    readonly source: string,
    readonly meters: readonly MeterDefinition[],
    readonly plans: readonly Plan[],
    /** The id of the plan of a registration that selects none. */
    readonly defaultPlan: string,
    readonly switches: CatalogSwitches = DEFAULT_SWITCHES,
  ) {}
}

/** The catalog of a single Stripe price (STRIPE_PRICE_KEY): one plan, and a meter that counts every 2xx call of a paid route. */
export function catalogForPrice(stripePriceId: string): Catalog {
  const meter: MeterDefinition = {
    name: 'default',
    displayName: 'Paid calls answered with 2xx',
    eventName: null,
    filter: { status: ['2xx'] },
    metric: 'event_count',
    aggregation: 'sum',
    windowMs: DEFAULT_WINDOW_MS,
  };
  const plan: Plan = { id: 'default', product: { name: 'API' }, price: { stripePriceId, meter: meter.name } };
  return new Catalog('STRIPE_PRICE_KEY', [meter], [plan], plan.id);
}
