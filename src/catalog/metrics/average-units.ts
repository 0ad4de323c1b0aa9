import type { MetricDescriptor } from './metric-descriptor.js';

/** Rounded down once, from the whole sum, so that a customer never pays for more than the exact average. */
export const averageUnits = {
  description:
    'the units that the handlers name, divided by the number of calls and rounded down to a whole unit',
  reads: ['units'],
  corrections: true,
  counting: {
    sums: ['sum(c.units)', 'count(*) filter (where c.corrects is null)'],
    // `div` is exact for numbers of any size; corrections alone are not a call.
    value: (units, calls) => `coalesce(div(${units}, nullif(${calls}, 0)), 0)`,
  },
  indivisible: 'charges for the average of a period',
} satisfies MetricDescriptor;
