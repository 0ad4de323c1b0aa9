import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { minorUnitText } from './amount.js';
import { catalogueSchemaText } from './catalogue-file.js';
import { CatalogueError } from './catalogue-error.js';
import { offerOf } from './offer.js';
import { loadCatalogue, parseCatalogue } from './parse-catalogue.js';

const root = new URL('../../', import.meta.url);
const example = readFileSync(new URL('monetization.yaml', root), 'utf8');

/** The example with one text in place of another; the line numbers stay those of the example. */
function changed(from: string, to: string): string {
  expect(example).toContain(from);
  return example.replace(from, to);
}

/** The problems of a text as `line path message`. */
function problemsOf(text: string): string[] {
  try {
    parseCatalogue(text, 'monetization.yaml');
    return [];
  } catch (error) {
    return (error as CatalogueError).problems.map(({ line, path, message }) => `${line} ${path} ${message}`);
  }
}

const lineOf = (text: string): number => example.slice(0, example.indexOf(text)).split('\n').length;

describe('the example', () => {
  const catalogue = parseCatalogue(example, 'monetization.yaml');

  it('has one plan of each model, and the tutorial’s meter', () => {
    expect(catalogue.plans.map(({ price }) => ('model' in price ? price.model : ''))).toEqual([
      'standard',
      'package',
      'graduated',
      'volume',
    ]);
    expect(catalogue.meters).toEqual([
      {
        name: 'test-service-calls',
        displayName: 'Calls of /test-service',
        eventName: 'farebox_test_service_calls',
        filter: { route: '/test-service', status: ['200'] },
        metric: 'event_count',
        aggregation: 'sum',
      },
    ]);
    expect(catalogue.defaultPlan).toBe('standard');
  });

  it('is offered in sentences', () => {
    expect(offerOf(catalogue).map(({ price }) => price)).toEqual([
      '0.10 USD per call, billed monthly',
      '10.00 USD per started 1,000 calls, billed monthly',
      '10.00 USD for each of the first 100, 5.00 USD for each of the next 50, 2.50 USD for each further call, billed monthly',
      '10.00 USD each up to 50 calls, 7.00 USD each up to 100 calls, 5.00 USD each beyond, the total deciding for all of them, billed monthly',
    ]);
  });
});

it('the committed JSON Schema is what the format says', () => {
  expect(readFileSync(new URL('monetization.schema.json', root), 'utf8')).toBe(catalogueSchemaText());
});

describe('amounts', () => {
  const unitAmount = (text: string, currency = 'usd'): string => {
    const catalogue = parseCatalogue(
      changed('amount: 0.10', `amount: ${text}`).replace('currency: usd', `currency: ${currency}`),
      'f',
    );
    const price = catalogue.plans[0]?.price;
    return price && 'unitAmount' in price ? minorUnitText(price.unitAmount) : '';
  };

  it.each([
    ['0.10', 'usd', '10'],
    ['"0.10"', 'usd', '10'],
    ['0.1', 'usd', '10'],
    ['0.30000000000001', 'usd', '30.000000000001'],
    ['0.005', 'usd', '0.5'],
    ['900719925474.0993', 'usd', '90071992547409.93'],
    ['7', 'jpy', '7'],
    ['0.001', 'kwd', '1'],
  ])('%s %s is exactly %s minor units', (text, currency, minor) => {
    expect(unitAmount(text, currency)).toBe(minor);
  });

  it('with more decimals than Stripe knows are refused', () => {
    expect(problemsOf(changed('amount: 0.10', 'amount: 0.000000000000001'))).toEqual([
      `${lineOf('amount: 0.10')} plans[0].price.amount has too many decimals: at most 14 for usd`,
    ]);
  });
});

describe('what cannot be used is said with its line', () => {
  const cases: [what: string, from: string, to: string, problem: string][] = [
    [
      'an unknown key, with the one that was meant',
      'billingPeriod: monthly',
      'biling_period: monthly',
      'plans[0].price.biling_period is not a known key (did you mean "billingPeriod"?); take it out',
    ],
    [
      'a meter that is not there',
      'meter: test-service-calls',
      'meter: calls',
      'plans[0].price.meter names no meter; there are: test-service-calls',
    ],
    [
      'an amount that is a word',
      'amount: 0.10',
      'amount: cheap',
      "plans[0].price.amount must be an amount in the currency's main unit, such as 0.10",
    ],
    [
      'a negative amount',
      'amount: 0.10',
      'amount: -1',
      "plans[0].price.amount must be an amount in the currency's main unit, such as 0.10",
    ],
    [
      'an unknown model',
      'model: standard',
      'model: flat',
      'plans[0].price.model must be one of: standard, package, graduated, volume',
    ],
    [
      'a period that is not known',
      'billingPeriod: monthly',
      'billingPeriod: fortnightly',
      'plans[0].price.billingPeriod must be one of daily, weekly, monthly, every_3_months, every_6_months, yearly, or {interval: day|week|month|year, count: N}',
    ],
    [
      'a period beyond three years',
      'billingPeriod: monthly',
      'billingPeriod: { interval: year, count: 4 }',
      'plans[0].price.billingPeriod.count must be at most 3 for year: Stripe bills at the longest every three years',
    ],
    [
      'a status that cannot be',
      'status: 200',
      'status: 20x',
      'meters[0].filter.status must be a status such as 200, or a class such as 2xx',
    ],
    [
      'a default plan that is not there',
      'defaultPlan: standard',
      'defaultPlan: gold',
      'defaultPlan names no plan; there are: standard, package, graduated, volume',
    ],
    [
      'two plans of one id',
      '- id: package',
      '- id: standard',
      'plans[1].id is the same as in plans[0]; each needs its own',
    ],
    [
      'steps that do not ascend',
      '{ upTo: 150,',
      '{ upTo: 100,',
      'plans[2].price.tiers[1].upTo must be more than the step before',
    ],
    [
      'steps that end',
      '{ upTo: inf, amount: 2.50 }',
      '{ upTo: 200, amount: 2.50 }',
      'plans[2].price.tiers[2].upTo must be inf: the last step has no end',
    ],
    [
      'an aggregation that is not there yet',
      'aggregation: sum',
      'aggregation: maximum',
      'meters[0].aggregation must be one of: sum',
    ],
  ];

  it.each(cases)('%s', (_what, from, to, problem) => {
    expect(problemsOf(changed(from, to))).toEqual([`${lineOf(from)} ${problem}`]);
  });

  it('a key that stands twice', () => {
    expect(problemsOf(changed('currency: usd', 'currency: usd\ncurrency: eur'))).toEqual([
      `${lineOf('currency: usd') + 1}  the key stands there twice`,
    ]);
  });

  it('text that is no YAML', () => {
    expect(problemsOf('plans: [')).toHaveLength(1);
  });

  it('an empty file names everything that is missing', () => {
    expect(problemsOf('')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('currency is missing'),
        expect.stringContaining('meters is missing'),
        expect.stringContaining('plans is missing'),
      ]),
    );
  });

  it('several problems are said at once', () => {
    const text = changed('amount: 0.10', 'amount: cheap').replace('status: 200', 'status: never');
    expect(problemsOf(text)).toHaveLength(2);
  });

  it('a bomb of aliases is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c,*c,*c,*c]',
    ];
    expect(problemsOf(bomb.join('\n'))).toEqual(['0  uses too many aliases']);
  });

  it('a file that is not there names the setting', () => {
    expect(() => loadCatalogue('/nowhere/monetization.yaml')).toThrow(/is not there. CATALOG names the file/);
  });
});
