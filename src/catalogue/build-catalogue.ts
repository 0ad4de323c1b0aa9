import { type Amount, minorUnitDecimals, parseAmount } from './amount.js';
import {
  type BillingPeriod,
  Catalogue,
  type CataloguePrice,
  type MeterDefinition,
  type Plan,
  type Tier,
} from './catalogue.js';
import type { CatalogueFile } from './catalogue-file.js';

export type Complain = (path: readonly PropertyKey[], message: string) => void;
type FilePlan = CatalogueFile['plans'][number];
type FilePrice = FilePlan['price'];
type FileTier = Extract<FilePrice, { model: 'graduated' | 'volume' }>['tiers'][number];

const NAMED_PERIODS: Record<Extract<FilePrice['billingPeriod'], string>, BillingPeriod> = {
  daily: { interval: 'day', count: 1 },
  weekly: { interval: 'week', count: 1 },
  monthly: { interval: 'month', count: 1 },
  every_3_months: { interval: 'month', count: 3 },
  every_6_months: { interval: 'month', count: 6 },
  yearly: { interval: 'year', count: 1 },
};

/** Stripe bills at the longest every three years. */
const LONGEST: Record<BillingPeriod['interval'], number> = { day: 1_095, week: 156, month: 36, year: 3 };

/** What the format says and the form of single values cannot: names that must agree, steps that must ascend. */
export function buildCatalogue(file: CatalogueFile, source: string, complain: Complain): Catalogue {
  const meters = file.meters.map((meter): MeterDefinition => {
    const { status, ...filter } = meter.filter ?? {};
    return {
      ...meter,
      filter: { ...defined(filter), ...(status === undefined ? {} : { status: [status].flat() }) },
    };
  });
  refuseRepeats(
    meters.map(({ name }) => name),
    'meters',
    'name',
    complain,
  );
  refuseRepeats(
    meters.map(({ eventName }) => eventName ?? ''),
    'meters',
    'eventName',
    complain,
  );
  refuseRepeats(
    file.plans.map(({ id }) => id),
    'plans',
    'id',
    complain,
  );

  const planIds = file.plans.map(({ id }) => id);
  meters.forEach(({ filter }, index) => {
    if (filter.plan !== undefined && !planIds.includes(filter.plan)) {
      complain(['meters', index, 'filter', 'plan'], `names no plan; there are: ${planIds.join(', ')}`);
    }
  });
  const plans = file.plans.map((plan, index) => buildPlan(plan, index, file.currency, meters, complain));
  const defaultPlan = file.defaultPlan ?? planIds[0] ?? '';
  if (!planIds.includes(defaultPlan))
    complain(['defaultPlan'], `names no plan; there are: ${planIds.join(', ')}`);
  return new Catalogue(source, meters, plans, defaultPlan);
}

function buildPlan(
  plan: FilePlan,
  index: number,
  currency: string,
  meters: readonly MeterDefinition[],
  complain: Complain,
): Plan {
  const at = ['plans', index, 'price'];
  const { price } = plan;
  if (!meters.some(({ name }) => name === price.meter)) {
    complain([...at, 'meter'], `names no meter; there are: ${meters.map(({ name }) => name).join(', ')}`);
  }
  const terms = {
    currency,
    billingPeriod: buildPeriod(price.billingPeriod, [...at, 'billingPeriod'], complain),
    meter: price.meter,
    lookupKey: `farebox:${plan.id}`,
    ...(price.description === undefined ? {} : { description: price.description }),
  };
  return {
    id: plan.id,
    product: defined(plan.product),
    price: buildPrice(price, terms, at, complain),
  };
}

type Terms = Pick<CataloguePrice, 'currency' | 'billingPeriod' | 'meter' | 'lookupKey' | 'description'>;

function buildPrice(
  price: FilePrice,
  terms: Terms,
  at: readonly PropertyKey[],
  complain: Complain,
): CataloguePrice {
  switch (price.model) {
    case 'standard':
      return {
        ...terms,
        model: price.model,
        unitAmount: readAmount(price.amount, terms.currency, [...at, 'amount'], complain),
      };
    case 'package':
      return {
        ...terms,
        model: price.model,
        packageAmount: readAmount(price.amount, terms.currency, [...at, 'amount'], complain),
        packageSize: Number(price.packageSize),
      };
    case 'graduated':
    case 'volume':
      return {
        ...terms,
        model: price.model,
        tiers: buildTiers(price.tiers, terms.currency, [...at, 'tiers'], complain),
      };
  }
}

function buildTiers(
  tiers: readonly FileTier[],
  currency: string,
  at: readonly PropertyKey[],
  complain: Complain,
): Tier[] {
  const built = tiers.map((tier, index): Tier => ({
    upTo: tier.upTo === 'inf' ? 'inf' : Number(tier.upTo),
    unitAmount: readAmount(tier.amount, currency, [...at, index, 'amount'], complain),
  }));
  built.forEach(({ upTo }, index) => {
    const last = index === built.length - 1;
    const before = built[index - 1]?.upTo ?? 0;
    if (last !== (upTo === 'inf'))
      complain(
        [...at, index, 'upTo'],
        last ? 'must be inf: the last step has no end' : 'may be inf in the last step only',
      );
    else if (upTo !== 'inf' && before !== 'inf' && upTo <= before)
      complain([...at, index, 'upTo'], 'must be more than the step before');
  });
  return built;
}

function buildPeriod(
  period: FilePrice['billingPeriod'],
  at: readonly PropertyKey[],
  complain: Complain,
): BillingPeriod {
  if (typeof period === 'string') return NAMED_PERIODS[period];
  const count = Number(period.count);
  const longest = LONGEST[period.interval];
  if (count > longest)
    complain(
      [...at, 'count'],
      `must be at most ${longest} for ${period.interval}: Stripe bills at the longest every three years`,
    );
  return { interval: period.interval, count };
}

function readAmount(text: string, currency: string, at: readonly PropertyKey[], complain: Complain): Amount {
  const amount = parseAmount(text, currency);
  if (amount) return amount;
  complain(at, `has too many decimals: at most ${minorUnitDecimals(currency) + 12} for ${currency}`);
  return { picoMinorUnits: 0n, currency };
}

function refuseRepeats(values: readonly string[], list: string, key: string, complain: Complain): void {
  values.forEach((value, index) => {
    const first = values.indexOf(value);
    if (first < index)
      complain([list, index, key], `is the same as in ${list}[${first}]; each needs its own`);
  });
}

/** Without the keys that are undefined. */
function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
