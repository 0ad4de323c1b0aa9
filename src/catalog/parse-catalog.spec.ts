import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { minorUnitText } from './amount.js';
import { catalogSchemaText } from './catalog-file.js';
import { CatalogError } from './catalog-error.js';
import { offerOf } from './offer.js';
import { loadCatalog, parseCatalog } from './parse-catalog.js';

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
    parseCatalog(text, 'monetization.yaml');
    return [];
  } catch (error) {
    return (error as CatalogError).problems.map(({ line, path, message }) => `${line} ${path} ${message}`);
  }
}

const lineOf = (text: string): number => example.slice(0, example.indexOf(text)).split('\n').length;

describe('the example', () => {
  const catalog = parseCatalog(example, 'monetization.yaml');

  it('has one plan of each model, and the tutorial’s meter', () => {
    expect(catalog.plans.map(({ price }) => ('model' in price ? price.model : ''))).toEqual([
      'standard',
      'package',
      'graduated',
      'volume',
    ]);
    expect(catalog.meters).toEqual([
      {
        name: 'test-service-calls',
        displayName: 'Calls of /test-service',
        eventName: 'farebox_test_service_calls',
        filter: { route: '/test-service', status: ['200'] },
        metric: 'event_count',
        aggregation: 'sum',
        windowMs: 3_600_000,
      },
    ]);
    expect(catalog.defaultPlan).toBe('standard');
  });

  it('is offered in sentences', () => {
    expect(offerOf(catalog).map(({ price }) => price)).toEqual([
      '$0.10 per call, billed monthly',
      '$10 per 1,000 calls (partial packages count as full), billed monthly',
      '$10 for each of the first 100, $5 for each of the next 50, $2.50 for each further call, billed monthly',
      '$10 each up to 50 calls, $7 each up to 100 calls, $5 each beyond (volume pricing: the tier you reach applies to every call), billed monthly',
    ]);
  });
});

it('the committed JSON Schema is what the format says', () => {
  expect(readFileSync(new URL('monetization.schema.json', root), 'utf8')).toBe(catalogSchemaText());
});

describe('amounts', () => {
  const unitAmount = (text: string, currency = 'usd'): string => {
    const catalog = parseCatalog(
      changed('amount: 0.10', `amount: ${text}`).replace('currency: usd', `currency: ${currency}`),
      'f',
    );
    const price = catalog.plans[0]?.price;
    return price && 'unitAmount' in price ? minorUnitText(price.unitAmount) : '';
  };

  it.each([
    ['0.10', 'usd', '10'],
    ['"0.10"', 'usd', '10'],
    ['0.1', 'usd', '10'],
    ['0.30000000000001', 'usd', '30.000000000001'],
    ['0.005', 'usd', '0.5'],
    ['999999.990000000000', 'usd', '99999999'],
    ['899999.99000000000001', 'usd', '89999999.000000000001'],
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
      'plans[0].price.biling_period is not a known key (did you mean "billingPeriod"?); remove it',
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
      'an aggregation by its name at Stripe',
      'aggregation: sum',
      'aggregation: max',
      'meters[0].aggregation must be one of: sum, most_recent_in_period, most_recent_ever, maximum',
    ],
    [
      'a formula of Stripe',
      'metric: event_count',
      'formula: max',
      'meters[0].formula is not allowed here: Stripe gets differences under the formula sum, whatever the meter does; Farebox works out the rest: say "aggregation", with maximum for max',
    ],
    [
      'a window that divides no day',
      'aggregation: sum',
      'window: 7h',
      'meters[0].window must be a part of a day that divides it evenly: 1m to 30m, or 1h to 24h, such as 15m',
    ],
    [
      'a filter on a plan that is not there',
      'status: 200',
      'plan: gold',
      'meters[0].filter.plan names no plan; there are: standard, package, graduated, volume',
    ],
    [
      'a filter on a header that is never recorded',
      'status: 200',
      'header: { name: Authorization }',
      'meters[0].filter.header.name can match nothing: credentials are never recorded with a call',
    ],
    [
      'a status that no call ends with',
      'status: 200',
      'status: 100',
      'meters[0].filter.status must be a status such as 200, or a class such as 2xx',
    ],
    [
      'a plan without a meter',
      '      meter: test-service-calls\n',
      '\n',
      'plans[0].price.meter is required: the name of a meter',
    ],
    [
      'packages with tiers',
      'packageSize: 1000',
      'packageSize: 1000\n      tiers: []',
      'plans[1].price.tiers is not allowed here: Stripe cannot combine packages or a single amount with tiers; the models with tiers are graduated and volume',
    ],
    [
      'tiers with packages',
      'model: graduated',
      'model: graduated\n      packageSize: 10',
      'plans[2].price.packageSize is not allowed here: Stripe cannot combine packages with tiers; the model with packages is package',
    ],
    [
      'packages with a free allowance',
      'packageSize: 1000',
      'packageSize: 1000\n      free: 10',
      'plans[1].price.free is not allowed here: Stripe cannot combine it with this model: packages have no tiers, and by volume the total decides for all units; say a first step with amount 0',
    ],
    [
      'a second price of a plan',
      'id: package',
      'id: package\n    prices: []',
      'plans[1].prices is not allowed here: a plan has one metered price: with a second live one on a meter the same usage would be billed twice; make another plan, or a "baseFee"',
    ],
    [
      'an amount beyond what Stripe charges',
      'amount: 0.10',
      'amount: 1000000.00',
      'plans[0].price.amount is more than Stripe charges at once: at most 999999.99 usd',
    ],
    [
      'a step that costs nothing at all',
      '{ upTo: 100, amount: 10.00 }',
      '{ upTo: 100 }',
      'plans[2].price.tiers[0] must have an amount, a flatFee, or both',
    ],
    [
      'a free allowance beyond the first step',
      'model: graduated',
      'model: graduated\n      free: 100',
      'plans[2].price.free must be less than the end of the first step, 100',
    ],
    [
      'a flat fee with a fraction of a cent',
      '{ upTo: 100, amount: 10.00 }',
      '{ upTo: 100, flatFee: 0.005 }',
      'plans[2].price.tiers[0].flatFee must be whole: Stripe takes no fraction of the smallest coin in a flat fee',
    ],
    [
      'a trial that Stripe does not take',
      'id: package',
      'id: package\n    trialDays: 731',
      'plans[1].trialDays must be at most 730',
    ],
    [
      'a currency that does not exist',
      'currency: usd',
      'currency: usx',
      'currency is no currency of ISO 4217',
    ],
    ...['some', '0', '1000', '[none]', 'true'].map((said): [string, string, string, string] => [
      `credit without a card that is ${said}`,
      'withoutCard: unlimited',
      `withoutCard: ${said}`,
      'withoutCard must be none, unlimited, or {calls: N} with a whole number of 1 or more',
    ]),
    ...['{calls: 0}', '{calls: -1}', '{calls: 1.5}'].map((said): [string, string, string, string] => [
      `credit without a card that is ${said}`,
      'withoutCard: unlimited',
      `withoutCard: ${said}`,
      'withoutCard.calls must be a whole number of 1 or more',
    ]),
    [
      'credit without a card in other words',
      'withoutCard: unlimited',
      'withoutCard: {call: 5, calls: 5}',
      'withoutCard.call is not a known key (did you mean "calls"?); remove it',
    ],
    [
      'a switch that is neither',
      'currency: usd',
      'currency: usd\nautomaticTax: yes',
      'automaticTax must be true or false',
    ],
  ];

  it.each(cases)('%s', (_what, from, to, problem) => {
    const [found, ...others] = problemsOf(changed(from, to));
    const [line, ...rest] = (found ?? '').split(' ');
    expect([rest.join(' '), others]).toEqual([problem, []]);
    // Of what replaces the text: its own line, or one that was put under it.
    const first = lineOf(from);
    const last = first + to.split('\n').length - 1;
    expect(Number(line)).toBeGreaterThanOrEqual(first - (problem.includes('is required') ? 2 : 0));
    expect(Number(line)).toBeLessThanOrEqual(last);
  });

  it('a meter that counts the calls of another plan only', () => {
    expect(problemsOf(changed('status: 200', 'plan: standard'))).toEqual(
      ['package', 'graduated', 'volume'].map((_plan, index) =>
        expect.stringContaining(
          `plans[${index + 1}].price.meter counts the calls of plan "standard" only: nothing would ever be billed`,
        ),
      ),
    );
  });

  it('two meters of one event name', () => {
    const text = changed(
      'plans:\n',
      '  - name: other\n    displayName: Other\n    eventName: farebox_test_service_calls\n\nplans:\n',
    );
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('meters[1].eventName is the same as in meters[0]; each needs its own'),
    ]);
  });

  it('automatic tax on a price that does not say what its amounts hold', () => {
    const text = changed('currency: usd', 'currency: usd\nregistration: payment_method\nautomaticTax: true');
    expect(problemsOf(text)).toHaveLength(4);
    expect(problemsOf(text)[0]).toContain('plans[0].price must have a taxBehavior');
  });

  it('automatic tax for those who register without an address', () => {
    const taxed = changed('currency: usd', 'currency: usd\nautomaticTax: true').replaceAll(
      'billingPeriod:',
      'taxBehavior: exclusive\n      billingPeriod:',
    );
    const refusal = expect.stringMatching(
      new RegExp(`^${lineOf('currency: usd') + 1}  ?automaticTax needs registration: payment_method`),
    );
    expect(problemsOf(taxed)).toContainEqual(refusal);
    const withCheckout = taxed.replace('currency: usd', 'currency: usd\nregistration: payment_method');
    expect(problemsOf(withCheckout)).not.toContainEqual(expect.stringContaining('automaticTax'));
  });

  it('fees of a currency of three decimals that Stripe could not charge', () => {
    const text = changed('currency: usd', 'currency: kwd')
      .replace('{ upTo: 100, amount: 10.00 }', '{ upTo: 100, flatFee: 5.001 }')
      .replace('id: package', 'id: package\n    baseFee: { amount: 20.125 }');
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('plans[1].baseFee.amount must end in 0 in its third decimal'),
      expect.stringContaining('plans[2].price.tiers[0].flatFee must end in 0 in its third decimal'),
    ]);
    expect(problemsOf(text.replace('5.001', '5.010').replace('20.125', '20.12'))).toEqual([]);
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
        expect.stringContaining('currency is required'),
        expect.stringContaining('meters is required'),
        expect.stringContaining('plans is required'),
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

  it.each([
    [
      'a merge key',
      'defaultPlan: standard',
      'defaultPlan: standard\n<<: {}',
      /^\d+ << is not allowed here: YAML's merge key is not read/,
    ],
    [
      'a merge key in a plan',
      'model: standard',
      'model: standard\n      <<: { amount: 1 }',
      /plans\[0\].price.<< is not allowed here: YAML's merge key/,
    ],
    ['a tag', 'amount: 0.10', 'amount: !!float 0.10', /^\d+ {2}tags are not read: take !!float out$/],
    [
      'a tag of bytes',
      'amount: 0.10',
      'amount: !!binary MC4xMA==',
      /^\d+ {2}tags are not read: write it as text$/,
    ],
    ['a second document', 'plans:', '---\nplans:', /^\d+ {2}a second document begins here/],
    ['a tab', '    metric: event_count', '\tmetric: event_count', /^\d+ {2}a tab indents this line/],
    ['an alias of nothing', 'amount: 0.10', 'amount: *price', /^\d+ {2}"\*price" names no anchor above it$/],
    [
      'a key that is a list',
      'defaultPlan: standard',
      'defaultPlan: standard\n? [a, b]\n: c',
      /^\d+ {2}a key must be a word/,
    ],
    [
      'a name of the prototype',
      'defaultPlan: standard',
      'defaultPlan: standard\n__proto__: { a: b }',
      /^\d+ __proto__ is not a known key/,
    ],
    [
      'a control character',
      'name: My API',
      'name: "My\\0API"',
      /product.name must not contain control characters$/,
    ],
    [
      'half a character',
      'name: My API',
      'name: "My \\uD83D"',
      /product.name must not contain control characters$/,
    ],
  ])('%s has its own message', (_what, from, to, message) => {
    expect(problemsOf(changed(from, to))).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });

  it.each(['just text', '- a\n- b', '7'])('%j is no catalog', (text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/must be a mapping/)]);
  });

  it('what agrees with nothing is said together with mistakes of form, and with keys that stand twice', () => {
    const text = changed('currency: usd', 'currency: usd\ncurrency: usd')
      .replace('amount: 0.10', 'amount: cheap')
      .replace('defaultPlan: standard', 'defaultPlan: gold')
      .replace(/meter: test-service-calls(?![^]*meter: test-service-calls)/, 'meter: none');
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('the key stands there twice'),
      expect.stringContaining('defaultPlan names no plan'),
      expect.stringContaining('plans[0].price.amount must be an amount'),
      expect.stringContaining('plans[3].price.meter names no meter'),
    ]);
  });

  it('a mistake of form leads to no other complaint about its section', () => {
    for (const [from, to] of [
      ['currency: usd', 'currency: dollars'],
      ['model: standard', 'model: flat'],
      ['upTo: 100', 'upTo: many'],
      ['meter: test-service-calls', 'meter: []'],
      ['name: test-service-calls', 'name: {}'],
    ] as const)
      expect(
        problemsOf(changed(from, to)).filter((problem) => /names no meter/.test(problem) === false),
      ).toHaveLength(1);
  });

  it('a file that is not there names the setting', () => {
    expect(() => loadCatalog('/nowhere/monetization.yaml')).toThrow(
      /does not exist. Set CATALOG to the catalog file/,
    );
  });
});

describe('the file as editors save it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-catalog-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const saved = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('with a byte order mark and CRLF it is the same catalog', () => {
    const path = saved('crlf.yaml', `\uFEFF${example.replaceAll('\n', '\r\n')}`);
    expect({ ...loadCatalog(path), source: '' }).toEqual({
      ...parseCatalog(example, 'monetization.yaml'),
      source: '',
    });
  });

  it.each([
    ['Latin-1', Buffer.from('# caf\xe9\n', 'latin1'), 'is not UTF-8: save it as UTF-8'],
    ['UTF-16', Buffer.from('\uFEFFcurrency: usd\n', 'utf16le'), 'is UTF-16: save it as UTF-8'],
  ])('%s is refused with that reason', (name, bytes, reason) => {
    expect(() => loadCatalog(saved(name, bytes))).toThrow(reason);
  });
});
