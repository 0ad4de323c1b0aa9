import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { majorUnitText, minorUnitDecimals, minorUnitText, parseAmount } from './amount.js';

const currencies = fc.constantFrom('usd', 'eur', 'jpy', 'kwd');
const digits = (max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: max }).map((list) => list.join(''));
const whole = fc.integer({ min: 0, max: 999_999_999_999 }).map(String);

/** 10^n as text moves the point; what is compared is text, so that no number rounds it. */
function shift(text: string, places: number): string {
  const [integer = '', fraction = ''] = text.split('.');
  const all = integer + fraction.padEnd(places, '0');
  const point = integer.length + places;
  return trim(`${all.slice(0, point)}.${all.slice(point)}`);
}

const trim = (text: string): string =>
  text.replace(/^0+(?=\d)/, '').replace(/\.?0*$/, (zeros) => (zeros.startsWith('.') ? '' : zeros));

describe('an amount', () => {
  it('comes back as it was written, whatever the currency', () => {
    fc.assert(
      fc.property(whole, digits(12), currencies, (integer, fraction, currency) => {
        const text = fraction === '' ? integer : `${integer}.${fraction}`;
        const amount = parseAmount(text, currency);
        if (!amount) throw new Error(`${text} ${currency} was refused`);
        const canonical = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
        const shown = majorUnitText(amount);
        expect(shown.includes('.') ? shown.replace(/\.?0+$/, '') : shown).toBe(canonical);
        expect(minorUnitText(amount)).toBe(shift(canonical, minorUnitDecimals(currency)));
      }),
    );
  });

  it.each(['', '.5', '5.', '-1', '+1', '1e3', '0x10', ' 1', '1 ', '1,5', 'NaN', '1234567890123'])(
    '%j is refused',
    (text) => {
      expect(parseAmount(text, 'usd')).toBeUndefined();
    },
  );

  it('is shown with the decimals of its currency', () => {
    expect(
      ['usd', 'jpy', 'kwd'].map((currency) => majorUnitText(parseAmount('10', currency) as never)),
    ).toEqual(['10.00', '10', '10.000']);
  });
});
