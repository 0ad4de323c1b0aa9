import type { AggregationDescriptor } from './aggregation-descriptor.js';
import { mostRecentInPeriod } from './most-recent-in-period.js';

export const mostRecentEver = {
  ...mostRecentInPeriod,
  description: 'the last of its windows that has calls, carried into periods without calls',
  carried: true,
} satisfies AggregationDescriptor;
