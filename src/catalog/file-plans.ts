import * as z from 'zod';
import { amount, name, NUMBER_OR_TEXT, oneOf, text, wholeNumber } from './file-types.js';

const namedPeriods = ['daily', 'weekly', 'monthly', 'every_3_months', 'every_6_months', 'yearly'] as const;

const billingPeriod = z
  .union(
    [
      z.enum(namedPeriods),
      z.strictObject({
        interval: oneOf(['day', 'week', 'month', 'year'], 'The unit.'),
        count: wholeNumber('How many of them.', 1_095),
      }),
    ],
    `must be one of ${namedPeriods.join(', ')}, or {interval: day|week|month|year, count: N}`,
  )
  .meta({ description: 'How often is billed.' });

/** More tiers than this Stripe does not take. */
const MAX_TIERS = 100;
const MAX_UNITS = 1_000_000_000_000;

const tier = z.strictObject({
  upTo: z
    .string('is required: the last unit of the step, or inf')
    .regex(/^([1-9]\d{0,14}|inf)$/, 'must be a whole number of 1 or more, or inf for the last step')
    .meta({ ...NUMBER_OR_TEXT, description: 'The last unit of this step; inf for the last one.' }),
  amount: amount('What a unit costs').optional(),
  flatFee: amount(
    'What is charged once when the step is reached (the first step: always, without any use too)',
  ).optional(),
});

const tiers = z
  .array(tier, 'is required: the steps')
  .min(1, 'must have at least one step')
  .max(MAX_TIERS, `must have at most ${MAX_TIERS} steps: Stripe takes no more`);

const commonPrice = {
  meter: z
    .string('is required: the name of a meter')
    .meta({ description: 'The name of the meter whose units are charged.' }),
  billingPeriod: billingPeriod.default('monthly'),
  description: text('Shown beside the price at Stripe.', 250).optional(),
  taxBehavior: oneOf(
    ['exclusive', 'inclusive'],
    "Whether tax comes on top or is in the amounts, of the base fee too; absent: the account's default.",
  ).optional(),
};

const free = wholeNumber('Units of every period that cost nothing.', MAX_UNITS).optional();

const price = z
  .discriminatedUnion(
    'model',
    [
      z.strictObject({
        model: z.literal('standard'),
        amount: amount('What a unit costs'),
        free,
        ...commonPrice,
      }),
      z.strictObject({
        model: z.literal('package'),
        amount: amount('What a started package costs'),
        packageSize: wholeNumber('How many units are in a package.', 1_000_000_000),
        ...commonPrice,
      }),
      z.strictObject({ model: z.literal('graduated'), tiers, free, ...commonPrice }),
      z.strictObject({ model: z.literal('volume'), tiers, ...commonPrice }),
    ],
    { error: 'must be one of: standard, package, graduated, volume' },
  )
  .meta({
    description:
      'standard: the same for every unit. package: for every started package. graduated: each unit costs what its own step says. volume: all units cost what the step of the total says.',
  });

const baseFee = z
  .strictObject({
    amount: amount('What is charged every billing period, in advance'),
    description: text('Shown beside the base fee at Stripe.', 250).optional(),
  })
  .meta({ description: 'Charged every billing period in advance, beside the usage.' });

export const plan = z.strictObject({
  id: name('Names the plan for ever; POST /register takes it.'),
  product: z.strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be the id of a product at Stripe, such as prod_123')
      .optional()
      .meta({ description: "Stripe's id of a product that was made elsewhere." }),
    name: text('Shown to customers, on invoices too.', 250),
    description: text('Shown to customers.', 500).optional(),
    image: z
      .string()
      .regex(/^https:\/\/\S+$/, 'must be an address that begins with https://')
      .max(2_000, 'must be at most 2000 characters long')
      .optional()
      .meta({ description: 'The address of a picture.' }),
  }),
  price,
  baseFee: baseFee.optional(),
  trialDays: wholeNumber('Days before anything is charged.', 730).optional(),
});
