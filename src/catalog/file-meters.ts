import * as z from 'zod';
import { AGGREGATION_NAMES, AGGREGATIONS } from './aggregations/index.js';
import { name, NUMBER_OR_TEXT, oneOf, text } from './file-types.js';
import { described } from './known.js';
import { METRIC_NAMES, METRICS } from './metrics/index.js';

const status = z
  .string()
  .regex(/^[2-5](\d\d|xx)$/, 'must be a status such as 200, or a class such as 2xx')
  .meta({ ...NUMBER_OR_TEXT });

/** They carry credentials: no record of a call keeps them, so that a filter on one would match nothing. */
const NEVER_RECORDED = ['authorization', 'cookie', 'proxy-authorization', 'set-cookie', 'x-api-key'];

const header = z
  .strictObject({
    name: z
      .string('is required: the name of the header')
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header: letters, digits and "-"')
      .transform((given) => given.toLowerCase())
      .refine(
        (given) => !NEVER_RECORDED.includes(given),
        'can match nothing: credentials are never recorded with a call',
      )
      .meta({ description: 'The name of a request header, in any case.' }),
    value: z
      .string()
      .max(200, 'must be at most 200 characters long')
      .optional()
      .meta({ ...NUMBER_OR_TEXT, description: 'Its exact value; absent: the header must be there.' }),
  })
  .meta({ description: 'A request header that the call must have.' });

const filter = z
  .strictObject({
    route: z
      .string()
      .regex(/^\//, 'must begin with "/"')
      .max(200, 'must be at most 200 characters long')
      .optional()
      .meta({ description: "The route's pattern, such as /items/:id." }),
    verb: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'The method of the call.').optional(),
    status: z
      .union(
        [status, z.array(status).min(1, 'must not be empty')],
        'must be a status such as 200, a class such as 2xx, or a list of them',
      )
      .optional()
      .meta({ description: 'The status that was answered: 200, 2xx, or a list.' }),
    plan: z.string().optional().meta({ description: 'The id of the plan that the caller is on.' }),
    header: header.optional(),
  })
  .meta({
    description: 'Which calls count. All that is given must hold; without a filter every paid call counts.',
  });

/** Windows begin at midnight UTC, so that a day must hold a whole number of them. */
const WINDOWS = /^(1|2|3|4|5|6|10|12|15|20|30)m$|^(1|2|3|4|6|8|12|24)h$/;

export const meter = z
  .strictObject({
    name: name('What plans call the meter.'),
    displayName: text('Shown at Stripe.', 250),
    eventName: z
      .string('is required: the name of the events at Stripe')
      .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be at most 100 letters, digits, ".", "_" or "-"')
      .meta({ description: 'The name of the meter events at Stripe. One meter has it for ever.' }),
    filter: filter.optional(),
    metric: oneOf(METRIC_NAMES, `What is counted. ${described(METRICS)}`).default('event_count'),
    aggregation: oneOf(
      AGGREGATION_NAMES,
      `How the calls of a billing period become one number. ${described(AGGREGATIONS)}`,
    ).default('sum'),
    window: z
      .string()
      .regex(WINDOWS, 'must be a part of a day that divides it evenly: 1m to 30m, or 1h to 24h, such as 15m')
      .default('1h')
      .meta({
        description:
          'Length of the windows whose values the aggregations but sum look at, such as 15m, 1h or 24h. They begin at midnight UTC.',
      }),
  })
  .meta({ description: 'Turns calls into a number to be billed.' });
