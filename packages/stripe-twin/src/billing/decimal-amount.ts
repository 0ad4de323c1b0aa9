/** An amount of money as Stripe shows it: a whole number of cents when it is one, and a decimal text always. */
export interface Amount {
  whole: number | null;
  decimal: string | null;
}

/** From `unit_amount` or `unit_amount_decimal`; of both absent, nothing. */
export function amountOf(whole: number | undefined, decimal: string | undefined): Amount {
  if (whole !== undefined) return { whole, decimal: String(whole) };
  if (decimal === undefined) return { whole: null, decimal: null };
  const plain = normalized(decimal);
  const number = Number(plain);
  return { whole: /^\d+$/.test(plain) && Number.isSafeInteger(number) ? number : null, decimal: plain };
}

/** Without leading and trailing zeros: `007.50` is `7.5`. */
function normalized(decimal: string): string {
  const [units = '', places = ''] = decimal.split('.', 2);
  const whole = units.replace(/^0+(?=\d)/, '');
  const rest = places.replace(/(?<!0)0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}
