import type { Amount } from './amount.js';

/** What a meter counts. Every criterion that is given must hold; none given means every paid call. */
export interface MeterFilter {
  /** The route's pattern, `/items/:id`. */
  route?: string;
  /** GET, POST, … */
  verb?: string;
  /** A status (`200`) or a class of them (`2xx`); one of the list must hold. */
  status?: readonly string[];
  /** The id of a plan. */
  plan?: string;
}

export type MeterMetric = 'event_count';
export type MeterAggregation = 'sum';

/** Turns calls into a number to be billed. */
export interface MeterDefinition {
  name: string;
  displayName: string;
  /** Names the meter at Stripe. `null` when the Stripe price was made elsewhere: then its own meter is used. */
  eventName: string | null;
  filter: MeterFilter;
  metric: MeterMetric;
  aggregation: MeterAggregation;
}

/** How often is billed, as Stripe writes it: every `count` of `interval`. */
export interface BillingPeriod {
  interval: 'day' | 'week' | 'month' | 'year';
  count: number;
}

/** A step of a graduated or volume price. */
export interface Tier {
  /** The last unit of the step; `inf` for the last step. */
  upTo: number | 'inf';
  unitAmount: Amount;
}

interface PriceTerms {
  currency: string;
  billingPeriod: BillingPeriod;
  /** The name of the meter whose units are charged. */
  meter: string;
  /** By which the price is found at Stripe. */
  lookupKey: string;
  /** Shown beside the price at Stripe ("nickname"). */
  description?: string;
}

/** The same amount for every unit. */
export type StandardPrice = PriceTerms & { model: 'standard'; unitAmount: Amount };
/** An amount for every started package of units. */
export type PackagePrice = PriceTerms & { model: 'package'; packageAmount: Amount; packageSize: number };
/** Graduated: each unit costs what its own step says. Volume: all units cost what the step of the total says. */
export type TieredPrice = PriceTerms & { model: 'graduated' | 'volume'; tiers: readonly Tier[] };
/** A price that was made in Stripe by hand; only its id is known. */
export interface ExistingPrice {
  stripePriceId: string;
  meter: string;
}

export type CataloguePrice = StandardPrice | PackagePrice | TieredPrice;

export interface Plan {
  id: string;
  product: { name: string; description?: string; image?: string };
  price: CataloguePrice | ExistingPrice;
}

/** What is offered, and how it is counted. */
export class Catalogue {
  constructor(
    /** The file it came from, or the setting. */
    readonly source: string,
    readonly meters: readonly MeterDefinition[],
    readonly plans: readonly Plan[],
    /** The id of the plan that a registration gets when it names none. */
    readonly defaultPlan: string,
  ) {}
}

/** The catalogue of a single Stripe price (STRIPE_PRICE_KEY): one plan, and a meter that counts every 2xx call of a paid route. */
export function catalogueForPrice(stripePriceId: string): Catalogue {
  const meter: MeterDefinition = {
    name: 'default',
    displayName: 'Paid calls answered with 2xx',
    eventName: null,
    filter: { status: ['2xx'] },
    metric: 'event_count',
    aggregation: 'sum',
  };
  const plan: Plan = { id: 'default', product: { name: 'API' }, price: { stripePriceId, meter: meter.name } };
  return new Catalogue('STRIPE_PRICE_KEY', [meter], [plan], plan.id);
}
