import { z } from 'zod';

/*
 * The format of monetization.yaml. Every scalar arrives as the text that stands in the file, so that an amount such as
 * 0.10 never passes through floating point; `type` in the metadata tells editors that numbers may be written bare.
 */

const NUMBER_OR_TEXT = { type: ['string', 'number'] } as const;

const name = (what: string) =>
  z
    .string(`is missing: ${what}`)
    .regex(
      /^[a-z][a-z0-9_-]{0,63}$/,
      'must be lower-case letters, digits, "-" and "_", beginning with a letter, at most 64 long',
    )
    .meta({ description: what });

const text = (what: string, max: number) =>
  z
    .string(`is missing: ${what}`)
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters long`)
    .meta({ description: what });

const wholeNumber = (what: string, max: number) =>
  z
    .string(`is missing: ${what}`)
    .regex(/^[1-9]\d*$/, 'must be a whole number of 1 or more')
    .refine((digits) => digits.length < 16 && Number(digits) <= max, `must be at most ${max}`)
    .meta({ ...NUMBER_OR_TEXT, description: what });

const amount = (what: string) =>
  z
    .string(`is missing: ${what}`)
    .regex(/^\d{1,12}(\.\d+)?$/, "must be an amount in the currency's main unit, such as 0.10")
    .meta({
      ...NUMBER_OR_TEXT,
      description: `${what}, in the currency's main unit: 0.10 is ten cents. Fractions of a cent are exact.`,
    });

const oneOf = <const T extends readonly [string, ...string[]]>(values: T, what: string) =>
  z.enum(values, `must be one of: ${values.join(', ')}`).meta({ description: what });

const status = z
  .string()
  .regex(/^[1-5](\d\d|xx)$/, 'must be a status such as 200, or a class such as 2xx')
  .meta({ ...NUMBER_OR_TEXT });

const filter = z
  .strictObject({
    route: z
      .string()
      .regex(/^\//, 'must begin with "/"')
      .optional()
      .meta({ description: "The route's pattern, such as /items/:id." }),
    verb: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'The method of the call.').optional(),
    status: z
      .union(
        [status, z.array(status).min(1, 'must not be empty')],
        'must be a status such as 200, a class such as 2xx, or a list of them',
      )
      .optional()
      .meta({ description: 'The status that was answered: 200, 2xx, or a list.' }),
    plan: z.string().optional().meta({ description: 'The id of the plan that the caller is on.' }),
  })
  .meta({
    description: 'Which calls count. All that is given must hold; without a filter every paid call counts.',
  });

const meter = z
  .strictObject({
    name: name('What plans call the meter.'),
    displayName: text('Shown at Stripe.', 250),
    eventName: z
      .string('is missing: the name of the events at Stripe')
      .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be at most 100 letters, digits, ".", "_" or "-"')
      .meta({ description: 'The name of the meter events at Stripe. One meter has it for ever.' }),
    filter: filter.optional(),
    metric: oneOf(['event_count'], 'What is counted: event_count counts calls.').default('event_count'),
    aggregation: oneOf(['sum'], 'How the counts of a period become one number: sum adds them up.').default(
      'sum',
    ),
  })
  .meta({ description: 'Turns calls into a number to be billed.' });

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

const tier = z.strictObject({
  upTo: z
    .string('is missing: the last unit of the step, or inf')
    .regex(/^([1-9]\d{0,14}|inf)$/, 'must be a whole number of 1 or more, or inf for the last step')
    .meta({ ...NUMBER_OR_TEXT, description: 'The last unit of this step; inf for the last one.' }),
  amount: amount('What a unit costs'),
});

const commonPrice = {
  meter: z
    .string('is missing: the name of a meter')
    .meta({ description: 'The name of the meter whose units are charged.' }),
  billingPeriod: billingPeriod.default('monthly'),
  description: text('Shown beside the price at Stripe.', 250).optional(),
};

const price = z
  .discriminatedUnion(
    'model',
    [
      z.strictObject({ model: z.literal('standard'), amount: amount('What a unit costs'), ...commonPrice }),
      z.strictObject({
        model: z.literal('package'),
        amount: amount('What a started package costs'),
        packageSize: wholeNumber('How many units are in a package.', 1_000_000_000),
        ...commonPrice,
      }),
      z.strictObject({
        model: z.literal('graduated'),
        tiers: z.array(tier, 'is missing: the steps').min(1, 'must have at least one step'),
        ...commonPrice,
      }),
      z.strictObject({
        model: z.literal('volume'),
        tiers: z.array(tier, 'is missing: the steps').min(1, 'must have at least one step'),
        ...commonPrice,
      }),
    ],
    { error: 'must be one of: standard, package, graduated, volume' },
  )
  .meta({
    description:
      'standard: the same for every unit. package: for every started package. graduated: each unit costs what its own step says. volume: all units cost what the step of the total says.',
  });

const plan = z.strictObject({
  id: name('Names the plan for ever; POST /register takes it.'),
  product: z.strictObject({
    name: text('Shown to customers, on invoices too.', 250),
    description: text('Shown to customers.', 500).optional(),
    image: z
      .string()
      .regex(/^https:\/\/\S+$/, 'must be an address that begins with https://')
      .optional()
      .meta({ description: 'The address of a picture.' }),
  }),
  price,
});

export const catalogueFile = z.strictObject({
  currency: z
    .string('is missing: the currency, such as usd')
    .regex(/^[a-z]{3}$/, 'must be a currency of ISO 4217 in lower case, such as usd')
    .meta({ description: 'ISO 4217, lower case.' }),
  defaultPlan: z
    .string()
    .optional()
    .meta({ description: 'The plan of a registration that names none; the first one when absent.' }),
  meters: z.array(meter, 'is missing: the list of meters').min(1, 'must have at least one meter'),
  plans: z.array(plan, 'is missing: the list of plans').min(1, 'must have at least one plan'),
});

export type CatalogueFile = z.infer<typeof catalogueFile>;

/** The JSON Schema of the format, for editors: the text of monetization.schema.json. */
export function catalogueSchemaText(): string {
  const schema = { title: 'Farebox: monetization.yaml', ...z.toJSONSchema(catalogueFile, { io: 'input' }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
