import type { AggregationDescriptor } from './aggregation-descriptor.js';

export const sum = {
  description: 'the metric over the whole period, so that a user counts once',
  ofWindows: null,
  update: 'u.value + excluded.value',
  carried: false,
} satisfies AggregationDescriptor;
