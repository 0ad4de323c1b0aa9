import {
  type Amount,
  isChargeable,
  isWhole,
  largestAmount,
  majorUnitText,
  minorUnitDecimals,
  parseAmount,
} from './amount.js';
import type { BillingPeriod, CatalogPrice, Tier } from './catalog.js';
import type { Complain } from './catalog-error.js';
import type { CatalogFile } from './catalog-file.js';

type Path = readonly PropertyKey[];
type FilePrice = CatalogFile['plans'][number]['price'];
type FileTier = Extract<FilePrice, { model: 'graduated' | 'volume' }>['tiers'][number];

export const NAMED_PERIODS: Record<Extract<FilePrice['billingPeriod'], string>, BillingPeriod> = {
  daily: { interval: 'day', count: 1 },
  weekly: { interval: 'week', count: 1 },
  monthly: { interval: 'month', count: 1 },
  every_3_months: { interval: 'month', count: 3 },
  every_6_months: { interval: 'month', count: 6 },
  yearly: { interval: 'year', count: 1 },
};

/** Stripe's longest billing period is three years. */
const LONGEST: Record<BillingPeriod['interval'], number> = { day: 1_095, week: 156, month: 36, year: 3 };

export function buildPrice(
  price: FilePrice,
  plan: string,
  currency: string,
  at: Path,
  complain: Complain,
): CatalogPrice {
  const terms = {
    currency,
    billingPeriod: buildPeriod(price.billingPeriod, [...at, 'billingPeriod'], complain),
    meter: price.meter,
    lookupKey: `farebox:${plan}`,
    ...(price.description === undefined ? {} : { description: price.description }),
    ...(price.taxBehavior === undefined ? {} : { taxBehavior: price.taxBehavior }),
  };
  const amount = (text: string, ...path: Path) => readAmount(text, currency, [...at, ...path], complain);
  switch (price.model) {
    case 'standard':
      return { ...terms, ...freeOf(price), model: price.model, unitAmount: amount(price.amount, 'amount') };
    case 'package':
      return {
        ...terms,
        model: price.model,
        packageAmount: amount(price.amount, 'amount'),
        packageSize: Number(price.packageSize),
      };
    case 'graduated': {
      const tiers = buildTiers(price.tiers, currency, [...at, 'tiers'], complain);
      const free = freeOf(price);
      const first = tiers[0]?.upTo ?? 'inf';
      if (free.free !== undefined && first !== 'inf' && free.free >= first)
        complain([...at, 'free'], `must be less than the end of the first step, ${first}`);
      return { ...terms, ...free, model: price.model, tiers };
    }
    case 'volume':
      return {
        ...terms,
        model: price.model,
        tiers: buildTiers(price.tiers, currency, [...at, 'tiers'], complain),
      };
  }
}

function freeOf({ free }: { free?: string | undefined }): { free?: number } {
  return free === undefined ? {} : { free: Number(free) };
}

function buildTiers(tiers: readonly FileTier[], currency: string, at: Path, complain: Complain): Tier[] {
  const built = tiers.map((tier, index) => buildTier(tier, currency, [...at, index], complain));
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

function buildTier(
  { upTo, amount, flatFee }: FileTier,
  currency: string,
  at: Path,
  complain: Complain,
): Tier {
  if (amount === undefined && flatFee === undefined) complain(at, 'must have an amount, a flatFee, or both');
  const flatAmount =
    flatFee === undefined ? undefined : readFee(flatFee, currency, [...at, 'flatFee'], complain);
  if (flatAmount && !isWhole(flatAmount))
    complain(
      [...at, 'flatFee'],
      `must be whole: Stripe takes no fraction of the smallest coin in a flat fee`,
    );
  return {
    upTo: upTo === 'inf' ? 'inf' : Number(upTo),
    unitAmount: readAmount(amount ?? '0', currency, [...at, 'amount'], complain),
    // Stripe does not distinguish a fee of zero from none.
    ...(flatAmount === undefined || flatAmount.picoMinorUnits === 0n ? {} : { flatAmount }),
  };
}

function buildPeriod(period: FilePrice['billingPeriod'], at: Path, complain: Complain): BillingPeriod {
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

export function readAmount(text: string, currency: string, at: Path, complain: Complain): Amount {
  const amount = parseAmount(text, currency);
  const largest = largestAmount(currency);
  if (amount && amount.picoMinorUnits <= largest.picoMinorUnits) return amount;
  complain(
    at,
    amount
      ? `is more than Stripe charges at once: at most ${majorUnitText(largest)} ${currency}`
      : `has too many decimals: at most ${minorUnitDecimals(currency) + 12} for ${currency}`,
  );
  return { picoMinorUnits: 0n, currency };
}

/** An amount that is charged unchanged, independent of usage. */
export function readFee(text: string, currency: string, at: Path, complain: Complain): Amount {
  const amount = readAmount(text, currency, at, complain);
  if (!isChargeable(amount))
    complain(at, `must end in 0 in its third decimal, as 5.120: Stripe charges ${currency} in steps of ten`);
  return amount;
}
