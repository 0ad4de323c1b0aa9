import type { AggregationDescriptor } from './aggregation-descriptor.js';

export const maximum = {
  description: 'the largest of its windows',
  windows: { total: 'max(value)', update: 'greatest(u.value, excluded.value)', assumesGrowth: true },
  carried: false,
  indivisible: 'charges for the peak of a period',
} satisfies AggregationDescriptor;
