import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { EVERYTHING } from '../../test/support/catalogs.js';
import { parseCatalog } from './parse-catalog.js';
import { offerOf } from './offer.js';
import { catalogText } from './write-catalog.js';

const example = readFileSync(new URL('../../monetization.yaml', import.meta.url), 'utf8');

it.each([
  ['the example', example],
  ['a catalog with every key', EVERYTHING],
])('%s, written and read again, is the same', (_what, text) => {
  const catalog = parseCatalog(text, 'f');
  const currency = /currency: (\w+)/.exec(text)?.[1] ?? '';
  const written = catalogText(catalog, currency, ['a note\nof two lines']);
  expect(parseCatalog(written, 'f')).toEqual(catalog);
  expect(written).toContain('# a note of two lines\n');
});

it('amounts are written as digits, without quotes', () => {
  const written = catalogText(parseCatalog(EVERYTHING, 'f'), 'eur');
  expect(written).toContain('amount: 0.000000000001\n');
  expect(written).toContain('window: 15m\n');
});

it('what it says is offered in sentences', () => {
  expect(offerOf(parseCatalog(EVERYTHING, 'f')).map(({ price }) => price)).toEqual([
    '€20 base fee; €0.000000000001 for each of the first 100 plus €5, €0 for each further call plus €2.50, 10 calls free, billed every 2 weeks; first 14 days free',
    '€0.005 per call, 1,000 calls free, billed every 6 months',
    '€10 per 1,000 calls (partial packages count as full), billed yearly',
  ]);
});

it('credit without a card is 1,000 calls where nothing is said, and any other is read, written and read again', () => {
  const said = (value: string): number | null => {
    const text = example.replace('withoutCard: unlimited', value);
    const catalog = parseCatalog(text, 'f');
    expect(parseCatalog(catalogText(catalog, 'usd'), 'f')).toEqual(catalog);
    return catalog.switches.callsWithoutCard;
  };
  expect([said(''), said('withoutCard: none'), said('withoutCard: unlimited')]).toEqual([1_000, 0, null]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (calls) => {
      expect(said(`withoutCard: { calls: ${calls} }`)).toBe(calls);
    }),
    { numRuns: 50 },
  );
});

/** Texts that are something else than a text to a reader of YAML, or hard to write in it. */
const TYPED =
  'null ~ Null true False yes NO on off y n << = - ? : . ... 1e3 0x1F 0o17 017 1_000 +1 -.5 .inf .NaN 12:30:45 2026-11-28 2026-11-28T08:00:00Z';
const INDICATORS = '---|--- x|# a|a # b|a: b|- a|[a]|{a: b}|"a"|@a|`a`|%a|!a|&a|*a|>|no:';
const awkward = fc.oneof(
  fc.constantFrom(...TYPED.split(' '), ...INDICATORS.split('|'), "'a'", '|'),
  fc.constantFrom('a\nb', 'a\n\n b\n  c', '\u00a0a', 'a\u2028b', 'é💸', '\ufeffa', 'a\tb'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  fc.double().map(String),
);

it('every text comes back as it is, from our reader and from those of YAML 1.2 and 1.1', () => {
  const printable = awkward.filter((text) => text.trim() === text && text !== '');
  fc.assert(
    fc.property(printable, printable, printable, (displayName, name, description) => {
      const catalog = parseCatalog(EVERYTHING, 'f');
      const [meter, ...meters] = catalog.meters;
      const [plan, ...plans] = catalog.plans;
      if (!meter || !plan) throw new Error('there is none');
      const header = { name: 'x-a', value: displayName };
      const changed = Object.assign(Object.create(Object.getPrototypeOf(catalog) as object), catalog, {
        meters: [{ ...meter, displayName, filter: { ...meter.filter, header } }, ...meters],
        plans: [
          {
            ...plan,
            product: { ...plan.product, name, description },
            price: { ...plan.price, description: name },
            baseFee: { ...plan.baseFee, description: displayName },
          },
          ...plans,
        ],
      }) as typeof catalog;
      const written = catalogText(changed, 'eur', [`a note of ${name}`]);
      expect(parseCatalog(written, 'f')).toEqual(changed);
      for (const schema of ['core', 'yaml-1.1'] as const)
        expect(parse(written, { schema })).toMatchObject({
          meters: [{ displayName, filter: { header: { value: displayName } } }, ...meters.map(() => ({}))],
          plans: [
            {
              product: { name, description },
              price: { description: name },
              baseFee: { description: displayName },
            },
            ...plans.map(() => ({})),
          ],
        });
    }),
    { numRuns: 150 },
  );
});

it('other readers take amounts and switches for what they are', () => {
  const text = catalogText(parseCatalog(example, 'f'), 'usd');
  expect(parse(text)).toMatchObject({
    plans: [{ price: { amount: 0.1 } }, { price: { packageSize: 1_000 } }, {}, {}],
  });
});
