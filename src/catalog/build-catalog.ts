import { buildPrice, readFee } from './build-price.js';
import { Catalog, DEFAULT_SWITCHES, type MeterDefinition, type Plan } from './catalog.js';
import type { Complain } from './catalog-error.js';
import type { CatalogFile } from './catalog-file.js';

type FileMeter = CatalogFile['meters'][number];
type FilePlan = CatalogFile['plans'][number];

/** Rules of the format beyond the form of single values: names that must agree, steps that must ascend. */
export function buildCatalog(file: CatalogFile, source: string, complain: Complain): Catalog {
  const meters = file.meters.map(buildMeter);
  const planIds = file.plans.map(({ id }) => id);
  refuseRepeats(
    meters.map(({ name }) => name),
    ['meters', 'name'],
    complain,
  );
  refuseRepeats(
    meters.map(({ eventName }) => eventName ?? undefined),
    ['meters', 'eventName'],
    complain,
  );
  refuseRepeats(planIds, ['plans', 'id'], complain);
  refuseRepeats(
    file.plans.map(({ product }) => product.id),
    ['plans', 'product', 'id'],
    complain,
  );
  meters.forEach(({ filter }, index) => {
    if (filter.plan !== undefined && !planIds.includes(filter.plan)) {
      complain(['meters', index, 'filter', 'plan'], `names no plan; there are: ${planIds.join(', ')}`);
    }
  });
  const automaticTax = file.automaticTax === 'true';
  // Stripe Tax needs the customer's location, which POST /register does not ask for: Stripe would refuse the
  // subscription (`customer_tax_location_invalid`), or its invoices would lack tax, which the seller owes.
  if (automaticTax && file.registration !== 'payment_method')
    complain(
      ['automaticTax'],
      `needs registration: payment_method. With registration: ${file.registration} no address is collected, from which Stripe works out the tax: set it, or take automaticTax out`,
    );
  const plans = file.plans.map((plan, index) => {
    checkMeter(plan, index, meters, planIds, complain);
    if (automaticTax && plan.price.taxBehavior === undefined)
      complain(
        ['plans', index, 'price'],
        'must have a taxBehavior, exclusive or inclusive: with automaticTax Stripe must know what the amounts hold',
      );
    return buildPlan(plan, index, file.currency, complain);
  });
  const defaultPlan = file.defaultPlan ?? planIds[0] ?? '';
  if (!planIds.includes(defaultPlan))
    complain(['defaultPlan'], `names no plan; there are: ${planIds.join(', ')}`);
  return new Catalog(source, meters, plans, defaultPlan, {
    automaticTax,
    registration: file.registration,
    repeatTrials: file.repeatTrials === 'true',
    callsWithoutCard: callsWithoutCard(file.withoutCard),
  });
}

function callsWithoutCard(said: CatalogFile['withoutCard']): number | null {
  if (said === undefined) return DEFAULT_SWITCHES.callsWithoutCard;
  if (said === 'unlimited') return null;
  return said === 'none' ? 0 : Number(said.calls);
}

function buildMeter(meter: FileMeter): MeterDefinition {
  const { window, filter, ...rest } = meter;
  const { status, header, ...criteria } = filter ?? {};
  return {
    ...rest,
    filter: {
      ...defined(criteria),
      ...(status === undefined ? {} : { status: [status].flat() }),
      ...(header === undefined ? {} : { header: defined(header) }),
    },
    windowMs: windowMs(window),
  };
}

/** `15m`, `1h`: the form has been checked. */
function windowMs(window: string): number {
  return Number.parseInt(window, 10) * (window.endsWith('h') ? 3_600_000 : 60_000);
}

/** The meter must be there, and must be able to count calls of this plan. */
function checkMeter(
  { id, price }: FilePlan,
  index: number,
  meters: readonly MeterDefinition[],
  planIds: readonly string[],
  complain: Complain,
): void {
  const at = ['plans', index, 'price', 'meter'];
  const meter = meters.find(({ name }) => name === price.meter);
  if (!meter) {
    complain(at, `names no meter; there are: ${meters.map(({ name }) => name).join(', ')}`);
    return;
  }
  const only = meter.filter.plan;
  if (only !== undefined && only !== id && planIds.includes(only))
    complain(at, `counts the calls of plan "${only}" only: nothing would ever be billed on this plan`);
}

function buildPlan(plan: FilePlan, index: number, currency: string, complain: Complain): Plan {
  const { id, product, baseFee, trialDays } = plan;
  const at = ['plans', index];
  return {
    id,
    product: defined(product),
    price: buildPrice(plan.price, id, currency, [...at, 'price'], complain),
    ...(baseFee === undefined
      ? {}
      : {
          baseFee: {
            amount: readFee(baseFee.amount, currency, [...at, 'baseFee', 'amount'], complain),
            lookupKey: `farebox:${id}:base`,
            ...(baseFee.description === undefined ? {} : { description: baseFee.description }),
          },
        }),
    ...(trialDays === undefined ? {} : { trialDays: Number(trialDays) }),
  };
}

/** @param at the list, and the keys within its elements. */
function refuseRepeats(
  values: readonly (string | undefined)[],
  at: readonly [list: string, ...keys: string[]],
  complain: Complain,
): void {
  const [list, ...keys] = at;
  values.forEach((value, index) => {
    const first = values.indexOf(value);
    if (value !== undefined && first < index)
      complain([list, index, ...keys], `is the same as in ${list}[${first}]; each needs its own`);
  });
}

/** Without the keys that are undefined. */
function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
