import type Stripe from 'stripe';
import {
  Catalog,
  CatalogError,
  catalogText,
  DEFAULT_SWITCHES,
  parseCatalog,
  type Plan,
} from '../../../../catalog/index.js';
import type { ImportedCatalog } from '../../ports/catalog-sync.js';
import { type AccountState, productOf } from './account-state.js';
import { ownProductId } from './compare-products.js';
import { ImportedMeters, slug, unusedName } from './import-meters.js';
import { expressBase, expressUsage } from './import-price.js';
import { enumerated, otherCurrencies, ownMetadata } from './price-extras.js';
import { partOf, type ProductSays, readProductMarks } from './marks.js';

/** Writes the objects of an account as a file; everything that the format cannot express is listed in the notes. */
export function importCatalog(state: AccountState): ImportedCatalog {
  return new Import(state).run();
}

interface Found {
  product: Stripe.Product;
  says: ProductSays | undefined;
  prices: readonly Stripe.Price[];
}

class Import {
  private readonly notes: string[] = [];
  private readonly note = (text: string): void => void this.notes.push(text);
  private readonly meters: ImportedMeters;
  private readonly planIds = new Set<string>();
  private readonly currency: string | undefined;

  constructor(private readonly state: AccountState) {
    this.meters = new ImportedMeters(state.meters, this.note);
    this.currency = mostFrequent(
      state.prices.filter(({ recurring }) => recurring?.meter).map((price) => price.currency),
    );
  }

  run(): ImportedCatalog {
    const products = this.products();
    const plans = products.flatMap((found) => this.plan(found));
    this.noteOrphans();
    this.meters.noteUnused();
    if (plans.length === 0 || this.currency === undefined) return { notes: this.notes };
    const first = products.find(({ says }) => says?.isDefault && this.planIds.has(says.plan))?.says;
    const switches = first
      ? {
          ...DEFAULT_SWITCHES,
          automaticTax: first.automaticTax,
          registration: first.registration,
          callsWithoutCard: first.callsWithoutCard,
        }
      : DEFAULT_SWITCHES;
    const defaultPlan = first?.plan ?? plans[0]?.id ?? '';
    const catalog = new Catalog('import', this.meters.all(), plans, defaultPlan, switches);
    const problems = problemsOf(catalogText(catalog, this.currency));
    for (const problem of problems) this.note(`To be put right before this file can be used: ${problem}`);
    return { text: catalogText(catalog, this.currency, this.notes), notes: this.notes };
  }

  /** Ours in the order of the file, then the others by age. */
  private products(): Found[] {
    return oldestFirst(this.state.products)
      .map((product) => ({
        product,
        says: readProductMarks(product.metadata),
        prices: oldestFirst(this.state.prices).filter((price) => productOf(price) === product.id),
      }))
      .toSorted((one, other) => (one.says?.position ?? UNPLACED) - (other.says?.position ?? UNPLACED));
  }

  private plan({ product, says, prices }: Found): Plan[] {
    const what = `Product ${product.id} ("${product.name}")`;
    const metered = prices.filter(({ recurring }) => recurring?.meter);
    const usage =
      metered.find((price) => partOf(price.metadata) === 'usage') ??
      metered.find(({ id }) => id === product.default_price) ??
      metered[0];
    if (!usage) {
      this.note(`${what}: it has no metered price. Its prices: ${idsOf(prices)}.`);
      return [];
    }
    const id = unusedName(says?.plan ?? slug(product.name), this.planIds);
    const plan = this.express(id, product, usage, what);
    if (!plan) {
      this.noteOthers(prices, [usage.id], what);
      return [];
    }
    const base = prices.find((price) => partOf(price.metadata) === 'base') ?? prices.find(isBaseLike(usage));
    const baseFee = base && this.base(base, usage, id, what);
    const trialDays = says?.trialDays ?? usage.recurring?.trial_period_days ?? undefined;
    this.noteOthers(prices, [usage.id, ...(baseFee ? [base.id] : [])], what);
    this.planIds.add(id);
    return [{ ...plan, ...(baseFee ? { baseFee } : {}), ...(trialDays ? { trialDays } : {}) }];
  }

  private express(id: string, product: Stripe.Product, usage: Stripe.Price, what: string): Plan | undefined {
    const at = `${what}, price ${usage.id}`;
    if (usage.currency !== this.currency) {
      this.note(`${at}: it is in ${usage.currency}, and a file has one currency.`);
      return undefined;
    }
    const meter = this.meters.nameFor(usage);
    if ('reason' in meter) {
      this.note(`${at}: ${meter.reason}.`);
      return undefined;
    }
    const price = expressUsage(usage, meter.name, `farebox:${id}`);
    if ('reason' in price) {
      this.note(`${at}: ${price.reason}.`);
      return undefined;
    }
    this.noteCurrencies(usage, what);
    if (usage.lookup_key !== null && usage.lookup_key !== `farebox:${id}`)
      this.note(
        `${at}: it has the lookup key "${usage.lookup_key}", which stays: apply makes a price of the plan's own beside it.`,
      );
    return { id, product: this.product(id, product, what), price: price.value };
  }

  private product(plan: string, product: Stripe.Product, what: string): Plan['product'] {
    const { id, name, description, images } = product;
    const image = images.find((url) => url.startsWith('https://'));
    for (const other of images)
      if (other !== image) this.note(`${what}: a plan has one image, so not ${other}.`);
    for (const field of fieldsBeside(product)) this.note(`${what}: ${field} stays at Stripe as it is.`);
    return {
      ...(id === ownProductId(plan) ? {} : { id }),
      name,
      ...(description ? { description } : {}),
      ...(image === undefined ? {} : { image }),
    };
  }

  private base(base: Stripe.Price, usage: Stripe.Price, plan: string, what: string): Plan['baseFee'] {
    const fee = expressBase(base, usage, `farebox:${plan}:base`);
    if ('value' in fee) {
      if (partOf(base.metadata) !== 'base')
        this.note(
          `${what}, price ${base.id}${nameOf(base)}: it is taken for the base fee, which is charged once for each subscription. Where it is sold by quantity, per seat say, take "baseFee" out.`,
        );
      this.noteCurrencies(base, what);
      return fee.value;
    }
    this.note(`Price ${base.id}: it cannot be the base fee of plan "${plan}": ${fee.reason}.`);
    return undefined;
  }

  private noteCurrencies(price: Stripe.Price, what: string): void {
    const others = otherCurrencies(price);
    if (others.length > 0)
      this.note(
        `${what}, price ${price.id}: it has amounts in ${enumerated(others)} too, which stay at Stripe. With another amount or period here, apply would have to replace it by a price without them, and refuses that without --drop-currencies.`,
      );
  }

  private noteOthers(prices: readonly Stripe.Price[], expressed: readonly string[], what: string): void {
    const others = prices.filter(({ id }) => !expressed.includes(id));
    if (others.length > 0) this.note(`${what}: not in this file, and left as they are: ${idsOf(others)}.`);
  }

  /** Active prices of products that are archived. */
  private noteOrphans(): void {
    const active = new Set(this.state.products.map(({ id }) => id));
    const orphans = this.state.prices.filter((price) => !active.has(productOf(price)));
    if (orphans.length > 0) this.note(`Prices of archived products: ${idsOf(orphans)}.`);
  }
}

/** After those that have a position in the file. */
const UNPLACED = Number.MAX_SAFE_INTEGER;

/** Stripe lists the newest first, in whole seconds: the order within the same second is reversed too. */
function oldestFirst<T extends { created: number }>(listed: readonly T[]): T[] {
  return listed.toReversed().toSorted((one, other) => one.created - other.created);
}

const isBaseLike = (usage: Stripe.Price) => (price: Stripe.Price) => 'value' in expressBase(price, usage, '');

/** Fields of a product that the format lacks. Apply does not change them. */
function fieldsBeside(product: Stripe.Product): string[] {
  const texts = [
    'unit_label',
    'statement_descriptor',
    'tax_code',
    'url',
    'shippable',
    'package_dimensions',
  ] as const;
  const metadata = Object.keys(ownMetadata(product.metadata));
  return [
    ...texts.filter((field) => product[field]),
    ...((product.marketing_features ?? []).length > 0 ? ['marketing_features'] : []),
    ...(metadata.length > 0 ? [`metadata (${metadata.join(', ')})`] : []),
  ];
}

const nameOf = ({ nickname }: Stripe.Price): string => (nickname ? ` ("${nickname}")` : '');

function idsOf(prices: readonly Stripe.Price[]): string {
  return prices.map(({ id }) => id).join(', ') || 'none';
}

function mostFrequent(values: readonly string[]): string | undefined {
  const count = (value: string) => values.filter((other) => other === value).length;
  return [...new Set(values)].toSorted((one, other) => count(other) - count(one))[0];
}

/** The format's errors for the text. */
function problemsOf(text: string): string[] {
  try {
    parseCatalog(text, 'import');
    return [];
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
}
