/**
 * An amount of money, exact: a whole number of 10⁻¹² minor units (cents, say), the finest that Stripe knows
 * (`unit_amount_decimal` takes 12 decimals). No floating point anywhere.
 */
export interface Amount {
  readonly picoMinorUnits: bigint;
  /** ISO 4217, lower case, as Stripe writes it. */
  readonly currency: string;
}

const DECIMALS = 12;
const SCALE = 10n ** BigInt(DECIMALS);

/** https://docs.stripe.com/currencies: the minor unit of these is not a hundredth. */
const ZERO_DECIMAL = new Set([
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
]);
const THREE_DECIMAL = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

/** How many decimals the currency's minor unit stands for: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorUnitDecimals(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/** Reads an amount in the currency's major unit: `"0.10"` USD. `undefined` unless it is a plain decimal that fits. */
export function parseAmount(text: string, currency: string): Amount | undefined {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const places = minorUnitDecimals(currency) + DECIMALS;
  const fraction = (match[2] ?? '').replace(/(?<!0)0+$/, '');
  if (fraction.length > places) return undefined;
  return { picoMinorUnits: BigInt(match[1] + fraction.padEnd(places, '0')), currency };
}

export function amountOfMinorUnits(minorUnits: bigint, currency: string): Amount {
  return { picoMinorUnits: minorUnits * SCALE, currency };
}

/** To whole minor units, half up, as Stripe rounds the line of an invoice. */
export function roundToMinorUnits({ picoMinorUnits }: Amount): bigint {
  return (picoMinorUnits + SCALE / 2n) / SCALE;
}

/** Whether it is a number of whole minor units (cents). */
export function isWhole({ picoMinorUnits }: Amount): boolean {
  return picoMinorUnits % SCALE === 0n;
}

/**
 * Whether Stripe can charge it by itself. Currencies of three decimals are charged with 0 as the last digit:
 * https://docs.stripe.com/currencies#three-decimal
 */
export function isChargeable({ picoMinorUnits, currency }: Amount): boolean {
  return !THREE_DECIMAL.has(currency) || picoMinorUnits % (10n * SCALE) === 0n;
}

/** In minor units, as Stripe's `…_amount_decimal` wants it: `"10"` for 0.10 USD, `"0.5"` for half a cent. */
export function minorUnitText({ picoMinorUnits }: Amount): string {
  return decimalText(picoMinorUnits / SCALE, (picoMinorUnits % SCALE).toString().padStart(DECIMALS, '0'), 0);
}

/** In the major unit, for people: at least the decimals of the currency, more where they are needed. */
export function majorUnitText({ picoMinorUnits, currency }: Amount): string {
  const minor = minorUnitDecimals(currency);
  const places = minor + DECIMALS;
  const scale = 10n ** BigInt(places);
  return decimalText(
    picoMinorUnits / scale,
    (picoMinorUnits % scale).toString().padStart(places, '0'),
    minor,
  );
}

/** Whole minor units in the major unit, possibly negative: `-12.30` for a credit of 1230 cents. */
export function moneyText(minorUnits: bigint, currency: string): string {
  const text = majorUnitText(amountOfMinorUnits(minorUnits < 0n ? -minorUnits : minorUnits, currency));
  return minorUnits < 0n ? `-${text}` : text;
}

function decimalText(whole: bigint, fraction: string, atLeast: number): string {
  const kept = fraction.replace(/(?<!0)0+$/, '').padEnd(atLeast, '0');
  return kept === '' ? String(whole) : `${whole}.${kept}`;
}

/** The largest amount that Stripe charges at once: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
export function largestAmount(currency: string): Amount {
  return amountOfMinorUnits(currency === 'idr' ? 999_999_999_999n : 99_999_999n, currency);
}

/** From minor units as Stripe writes them: `"10"`, `"0.5"`. `undefined` unless it is such a decimal. */
export function amountOfMinorUnitText(text: string, currency: string): Amount | undefined {
  const match = /^(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) return undefined;
  return { picoMinorUnits: BigInt(match[1] + (match[2] ?? '').padEnd(DECIMALS, '0')), currency };
}
