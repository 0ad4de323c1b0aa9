import * as z from 'zod';
import { meter } from './file-meters.js';
import { plan } from './file-plans.js';
import { flag, oneOf, wholeNumber } from './file-types.js';

const MAX_CALLS = 1_000_000_000;

const withoutCard = z
  .union(
    [
      z.enum(['none', 'unlimited']),
      z.strictObject({ calls: wholeNumber('How many calls of a billing period.', MAX_CALLS) }),
    ],
    'must be none, unlimited, or {calls: N} with a whole number of 1 or more',
  )
  .meta({
    description:
      'How many paid calls an account without a payment method may make in a billing period: {calls: N}, none, or unlimited. Absent: 1,000.',
  });

/** The format of monetization.yaml, with scalars as they are in the file. */
export const catalogFile = z.strictObject({
  currency: z
    .string('is required: the currency, such as usd')
    .regex(/^[a-z]{3}$/, {
      error: 'must be a currency of ISO 4217 in lower case, such as usd',
      abort: true,
    })
    .refine(
      (code) => Intl.supportedValuesOf('currency').includes(code.toUpperCase()),
      'is no currency of ISO 4217',
    )
    .meta({ description: 'ISO 4217, lower case.' }),
  defaultPlan: z
    .string()
    .optional()
    .meta({ description: 'The plan of a registration that names none; the first one when absent.' }),
  automaticTax: flag('Stripe Tax works out the tax of every invoice.').default('false'),
  registration: oneOf(
    ['open', 'verified', 'payment_method'],
    'open: who registers gets a token at once. verified: by a link that is mailed. payment_method: only with a payment method, through checkout.',
  ).default('open'),
  repeatTrials: flag(
    'Whether who has had a trial gets another one. Otherwise: one for each account, email and card.',
  ).default('false'),
  withoutCard: withoutCard.optional(),
  meters: z.array(meter, 'is required: the list of meters').min(1, 'must have at least one meter'),
  plans: z.array(plan, 'is required: the list of plans').min(1, 'must have at least one plan'),
});

export type CatalogFile = z.infer<typeof catalogFile>;

/** The JSON Schema of the format, for editors: the text of monetization.schema.json. */
export function catalogSchemaText(): string {
  const schema = { title: 'Farebox: monetization.yaml', ...z.toJSONSchema(catalogFile, { io: 'input' }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
