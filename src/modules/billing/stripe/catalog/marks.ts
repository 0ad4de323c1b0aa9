import {
  type Catalog,
  type CatalogPrice,
  DEFAULT_SWITCHES,
  type MeterDefinition,
  type Plan,
} from '../../../../catalog/index.js';
import { PLAN_KEY } from '../subscription-state.js';

/*
 * Catalog fields that Stripe lacks are stored in the metadata of products and prices, so that `import` reproduces the
 * file and a change of them is detected. Meters have no metadata: their definition is on the prices that use them.
 */

export const OURS = 'farebox_';
/** The receiver of an endpoint or event destination. */
export const RECEIVER_KEY = `${OURS}receiver`;
export const PART_KEY = 'farebox_part';
const METER_KEY = 'farebox_meter';
const MODEL_KEY = 'farebox_model';
const FREE_KEY = 'farebox_free';
const POSITION_KEY = 'farebox_position';
const TRIAL_KEY = 'farebox_trial_days';
const DEFAULT_KEY = 'farebox_default';
const TAX_KEY = 'farebox_automatic_tax';
const REGISTRATION_KEY = 'farebox_registration';
/** A number of calls, or `unlimited`; absent: the default. */
const WITHOUT_CARD_KEY = 'farebox_without_card';

export type Marks = Readonly<Record<string, string>>;
/** `usage`: charges for the meter's units. `base`: the plan's base fee. */
export type Part = 'usage' | 'base';

/** The definition of a meter, beside the names that it has at Stripe. */
export type Counting = Pick<MeterDefinition, 'name' | 'filter' | 'metric' | 'aggregation' | 'windowMs'> & {
  position: number;
};

export function productMarks(catalog: Catalog, plan: Plan): Marks {
  const { automaticTax, registration, callsWithoutCard } = catalog.switches;
  return {
    [PLAN_KEY]: plan.id,
    [POSITION_KEY]: String(catalog.plans.indexOf(plan)),
    ...(plan.trialDays === undefined ? {} : { [TRIAL_KEY]: String(plan.trialDays) }),
    ...(plan.id === catalog.defaultPlan
      ? {
          [DEFAULT_KEY]: 'true',
          ...(automaticTax ? { [TAX_KEY]: 'true' } : {}),
          ...(registration === 'open' ? {} : { [REGISTRATION_KEY]: registration }),
          ...(callsWithoutCard === DEFAULT_SWITCHES.callsWithoutCard
            ? {}
            : { [WITHOUT_CARD_KEY]: String(callsWithoutCard ?? 'unlimited') }),
        }
      : {}),
  };
}

export function usageMarks(catalog: Catalog, plan: string, price: CatalogPrice): Marks {
  const position = catalog.meters.findIndex(({ name }) => name === price.meter);
  const meter = catalog.meters[position];
  if (!meter) throw new Error(`plan "${plan}" has no meter`);
  const { name, filter, metric, aggregation, windowMs } = meter;
  const free = 'free' in price ? price.free : undefined;
  return {
    [PLAN_KEY]: plan,
    [PART_KEY]: 'usage',
    ...chunks(METER_KEY, asciiJson({ name, position, filter, metric, aggregation, windowMs })),
    ...(free === undefined ? {} : { [MODEL_KEY]: price.model, [FREE_KEY]: String(free) }),
  };
}

export function baseMarks(plan: string): Marks {
  return { [PLAN_KEY]: plan, [PART_KEY]: 'base' };
}

/** Our keys in the metadata of an object. */
export function marksOf(metadata: Readonly<Record<string, string>>): Marks {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key.startsWith(OURS)));
}

/** The metadata that turns the present one into the wanted one: an empty text removes a key. */
export function markChanges(held: Marks, wanted: Marks): Record<string, string> {
  const stale = Object.keys(held).filter((key) => !(key in wanted));
  return {
    ...Object.fromEntries(Object.entries(wanted).filter(([key, value]) => held[key] !== value)),
    ...Object.fromEntries(stale.map((key) => [key, ''])),
  };
}

export function partOf(metadata: Readonly<Record<string, string>>): Part | undefined {
  const part = metadata[PART_KEY];
  return part === 'usage' || part === 'base' ? part : undefined;
}

export interface ProductSays {
  plan: string;
  position: number;
  isDefault: boolean;
  automaticTax: boolean;
  registration: 'open' | 'payment_method';
  callsWithoutCard: number | null;
  trialDays?: number;
}

/** @returns undefined for a product that is not ours. */
export function readProductMarks(metadata: Readonly<Record<string, string>>): ProductSays | undefined {
  const plan = metadata[PLAN_KEY];
  if (plan === undefined) return undefined;
  const trialDays = wholeNumber(metadata[TRIAL_KEY]);
  return {
    plan,
    position: wholeNumber(metadata[POSITION_KEY]) ?? Number.MAX_SAFE_INTEGER,
    isDefault: metadata[DEFAULT_KEY] === 'true',
    automaticTax: metadata[TAX_KEY] === 'true',
    registration: metadata[REGISTRATION_KEY] === 'payment_method' ? 'payment_method' : 'open',
    callsWithoutCard: readWithoutCard(metadata[WITHOUT_CARD_KEY]),
    ...(trialDays ? { trialDays } : {}),
  };
}

function readWithoutCard(text: string | undefined): number | null {
  return text === 'unlimited' ? null : (wholeNumber(text) ?? DEFAULT_SWITCHES.callsWithoutCard);
}

/** The model in the file, when Stripe's form of the price does not show it, and the free units in its first tier. */
export function readAllowance(
  metadata: Readonly<Record<string, string>>,
): { model: 'standard' | 'graduated'; free: number } | undefined {
  const model = metadata[MODEL_KEY];
  const free = wholeNumber(metadata[FREE_KEY]);
  return free && (model === 'standard' || model === 'graduated') ? { model, free } : undefined;
}

/** @returns undefined when there is none, or when it was changed since. */
export function readCounting(metadata: Readonly<Record<string, string>>): Counting | undefined {
  try {
    const read = JSON.parse(joined(METER_KEY, metadata)) as Partial<Counting>;
    const sound = typeof read.name === 'string' && typeof read.filter === 'object' && read.filter !== null;
    return sound && Number.isInteger(read.windowMs) ? (read as Counting) : undefined;
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Stripe allows 500 characters per value. */
const CHUNK = 500;

function chunks(key: string, text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (let index = 0; index * CHUNK < text.length; index++)
    found[index === 0 ? key : `${key}_${index + 1}`] = text.slice(index * CHUNK, (index + 1) * CHUNK);
  return found;
}

function joined(key: string, metadata: Readonly<Record<string, string>>): string {
  let text = metadata[key] ?? '';
  for (let index = 2; metadata[`${key}_${index}`] !== undefined; index++)
    text += metadata[`${key}_${index}`] ?? '';
  return text;
}

/** ASCII JSON, so that no cut can split a character. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
