import { Document, isScalar, parse, Scalar, visit } from 'yaml';
import { majorUnitText } from './amount.js';
import { NAMED_PERIODS } from './build-price.js';
import {
  type BillingPeriod,
  type Catalog,
  type CatalogPrice,
  DEFAULT_SWITCHES,
  DEFAULT_WINDOW_MS,
  type MeterDefinition,
  type Plan,
  type Tier,
} from './catalog.js';

type Section = Record<string, unknown>;

/**
 * A catalog as the text of monetization.yaml: reading it gives the same catalog again.
 * @param notes lines of comment that go on top of it.
 */
export function catalogText(catalog: Catalog, currency: string, notes: readonly string[] = []): string {
  const { automaticTax, registration, callsWithoutCard } = catalog.switches;
  const file: Section = {
    currency,
    defaultPlan: catalog.defaultPlan,
    ...(automaticTax ? { automaticTax: bare('true') } : {}),
    ...(registration === 'open' ? {} : { registration }),
    ...(callsWithoutCard === DEFAULT_SWITCHES.callsWithoutCard
      ? {}
      : { withoutCard: withoutCardText(callsWithoutCard) }),
    meters: catalog.meters.map(meterSection),
    plans: catalog.plans.map(planSection),
  };
  const head = ['# yaml-language-server: $schema=./monetization.schema.json', ...notes.map(commentLine)];
  // Failsafe: amounts keep their digits, unquoted.
  const document = new Document(file, { schema: 'failsafe' });
  visit(document, {
    Scalar: (_key, scalar) => {
      if (isScalar(scalar) && scalar.type === undefined && readsAsOtherType(String(scalar.value)))
        scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return `${head.join('\n')}\n\n${document.toString({ lineWidth: 0 })}`;
}

/** Digits and switches, which other readers of YAML are to take for a number or a boolean. */
function bare(text: string | number | bigint): Scalar<string> {
  const scalar = new Scalar(String(text));
  scalar.type = Scalar.PLAIN;
  return scalar;
}

/** `null`, `1e3`, `yes`, `2026-11-28`: readers of YAML 1.2 or 1.1 would not give back this text. */
function readsAsOtherType(text: string): boolean {
  return (['core', 'yaml-1.1'] as const).some((schema) => {
    try {
      return parse(text, { schema, logLevel: 'silent' }) !== text && !/\n/.test(text);
    } catch {
      return true;
    }
  });
}

const commentLine = (note: string): string => `# ${note.replace(/\s+/g, ' ')}`;

function withoutCardText(calls: number | null): unknown {
  if (calls === null) return 'unlimited';
  return calls === 0 ? 'none' : { calls: bare(calls) };
}

function meterSection({
  name,
  displayName,
  eventName,
  filter,
  metric,
  aggregation,
  windowMs,
}: MeterDefinition): Section {
  const { status, ...criteria } = filter;
  const given: Section = {
    ...criteria,
    ...(status === undefined
      ? {}
      : { status: status.length === 1 ? bare(status[0] ?? '') : status.map(bare) }),
  };
  return {
    name,
    displayName,
    ...(eventName === null ? {} : { eventName }),
    ...(Object.keys(given).length === 0 ? {} : { filter: given }),
    metric,
    aggregation,
    ...(windowMs === DEFAULT_WINDOW_MS ? {} : { window: windowText(windowMs) }),
  };
}

/** A divisor of a day as the format writes it: whole hours, or minutes. */
function windowText(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

function planSection({ id, product, price, baseFee, trialDays }: Plan): Section {
  if ('stripePriceId' in price) throw new Error(`plan ${id} has a price that the format cannot say`);
  return {
    id,
    product: { ...product },
    price: priceSection(price),
    ...(baseFee === undefined
      ? {}
      : {
          baseFee: {
            amount: bare(majorUnitText(baseFee.amount)),
            ...(baseFee.description === undefined ? {} : { description: baseFee.description }),
          },
        }),
    ...(trialDays === undefined ? {} : { trialDays: bare(trialDays) }),
  };
}

function priceSection(price: CatalogPrice): Section {
  return {
    model: price.model,
    ...amountsSection(price),
    ...('free' in price && price.free !== undefined ? { free: bare(price.free) } : {}),
    meter: price.meter,
    billingPeriod: periodSection(price.billingPeriod),
    ...(price.taxBehavior === undefined ? {} : { taxBehavior: price.taxBehavior }),
    ...(price.description === undefined ? {} : { description: price.description }),
  };
}

function amountsSection(price: CatalogPrice): Section {
  switch (price.model) {
    case 'standard':
      return { amount: bare(majorUnitText(price.unitAmount)) };
    case 'package':
      return { amount: bare(majorUnitText(price.packageAmount)), packageSize: bare(price.packageSize) };
    case 'graduated':
    case 'volume':
      return { tiers: price.tiers.map(tierSection) };
  }
}

function tierSection({ upTo, unitAmount, flatAmount }: Tier): Section {
  return {
    upTo: bare(upTo),
    amount: bare(majorUnitText(unitAmount)),
    ...(flatAmount === undefined ? {} : { flatFee: bare(majorUnitText(flatAmount)) }),
  };
}

function periodSection({ interval, count }: BillingPeriod): unknown {
  const named = Object.entries(NAMED_PERIODS).find(
    ([, period]) => period.interval === interval && period.count === count,
  );
  return named ? named[0] : { interval, count: bare(count) };
}
