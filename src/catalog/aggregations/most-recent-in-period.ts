import type { AggregationDescriptor } from './aggregation-descriptor.js';

export const mostRecentInPeriod = {
  description: 'the last of its windows that has calls',
  windows: {
    total: '(array_agg(value order by begins desc, starts_at desc))[1]',
    // Late calls in an earlier window change nothing.
    update: `case when u.latest_window is null or excluded.latest_window >= u.latest_window
      then excluded.value else u.value end`,
    assumesGrowth: false,
  },
  carried: false,
  indivisible: 'charges for the last value of a period',
} satisfies AggregationDescriptor;
