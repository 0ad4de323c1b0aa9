import type { AggregationDescriptor } from './aggregation-descriptor.js';

export const sum = {
  description: 'the metric over the whole period, so that a user counts once',
  windows: null,
  carried: false,
} satisfies AggregationDescriptor;
