import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVERYTHING } from '../../test/support/catalogues.js';
import { parseCatalogue } from './parse-catalogue.js';
import { offerOf } from './offer.js';
import { catalogueText } from './write-catalogue.js';

const example = readFileSync(new URL('../../monetization.yaml', import.meta.url), 'utf8');

it.each([
  ['the example', example],
  ['a catalogue with every key', EVERYTHING],
])('%s, written and read again, is the same', (_what, text) => {
  const catalogue = parseCatalogue(text, 'f');
  const currency = /currency: (\w+)/.exec(text)?.[1] ?? '';
  const written = catalogueText(catalogue, currency, ['a note\nof two lines']);
  expect(parseCatalogue(written, 'f')).toEqual(catalogue);
  expect(written).toContain('# a note of two lines\n');
});

it('amounts are written as digits, without quotes', () => {
  const written = catalogueText(parseCatalogue(EVERYTHING, 'f'), 'eur');
  expect(written).toContain('amount: 0.000000000001\n');
  expect(written).toContain('window: 15m\n');
});

it('what it says is offered in sentences', () => {
  expect(offerOf(parseCatalogue(EVERYTHING, 'f')).map(({ price }) => price)).toEqual([
    '20.00 EUR base fee; 0.000000000001 EUR for each of the first 100 plus 5.00 EUR, 0.00 EUR for each further call plus 2.50 EUR, 10 calls free, billed every 2 weeks; the first 14 days free',
    '0.005 EUR per call, 1,000 calls free, billed every 6 months',
    '10.00 EUR per started 1,000 calls, billed yearly',
  ]);
});

it('credit without a card is 1,000 calls where nothing is said, and any other is read, written and read again', () => {
  const said = (value: string): number | null => {
    const text = example.replace('withoutCard: unlimited', value);
    const catalogue = parseCatalogue(text, 'f');
    expect(parseCatalogue(catalogueText(catalogue, 'usd'), 'f')).toEqual(catalogue);
    return catalogue.switches.callsWithoutCard;
  };
  expect([said(''), said('withoutCard: none'), said('withoutCard: unlimited')]).toEqual([1_000, 0, null]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (calls) => {
      expect(said(`withoutCard: { calls: ${calls} }`)).toBe(calls);
    }),
    { numRuns: 50 },
  );
});
