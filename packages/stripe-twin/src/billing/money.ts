/**
 * Exact arithmetic for amounts. A decimal is a bigint in units of 10^-12 of a minor unit (a cent), which is the
 * finest that Stripe takes for a price. Nothing here is shared with the catalog's arithmetic: each proves the other.
 */
const PLACES = 12;
const ONE = 10n ** BigInt(PLACES);

/** From `12`, `0.0125` or `-3.5`, in minor units. @throws {Error} for anything else */
export function scaled(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (!match || (match[3]?.length ?? 0) > PLACES) throw new Error(`${decimal} is no decimal of 12 places`);
  const [, sign, units = '0', places = ''] = match;
  const value = BigInt(units) * ONE + BigInt(places.padEnd(PLACES, '0'));
  return sign ? -value : value;
}

/** To whole minor units, a half upwards (and for a credit downwards: it mirrors the debit). */
export function rounded(value: bigint): bigint {
  return divided(value, ONE);
}

/** `amount × part / whole`, rounded like everything. `whole` is positive. */
export function share(amount: bigint, part: bigint, whole: bigint): bigint {
  return divided(amount * part, whole);
}

function divided(value: bigint, by: bigint): bigint {
  return value < 0n ? -halfUp(-value, by) : halfUp(value, by);
}

function halfUp(value: bigint, by: bigint): bigint {
  return (2n * value + by) / (2n * by);
}

/** As it travels: JSON has numbers only. @throws {Error} for an amount that a number cannot hold exactly. */
export function toNumber(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new Error(`${amount} is too large for an amount`);
  return number;
}

/** The least that Stripe charges at once, in minor units; what is less waits in the customer's balance. */
const MINIMUM: Record<string, number> = {
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  nok: 300,
  nzd: 50,
  pln: 200,
  sek: 300,
  sgd: 50,
  usd: 50,
};

export function minimumCharge(currency: string): number {
  return MINIMUM[currency] ?? 0;
}

const NO_MINOR_UNIT = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));
const SYMBOLS: Record<string, string> = { usd: '$', eur: '€', gbp: '£', jpy: '¥' };

/** A price per unit for people: `$0.05`, `$0.00125`. */
export function priceText(decimal: string, currency: string): string {
  const shift = NO_MINOR_UNIT.has(currency) ? 0 : 2;
  const [units = '0', places = ''] = decimal.split('.', 2);
  const digits = units.padStart(shift + 1, '0');
  const whole = digits.slice(0, digits.length - shift);
  const rest = (digits.slice(digits.length - shift) + places).replace(/(?<!0)0+$/, '').padEnd(shift, '0');
  const sign = SYMBOLS[currency] ?? `${currency.toUpperCase()} `;
  return sign + (shift === 0 && rest === '' ? whole : `${whole}.${rest}`);
}
