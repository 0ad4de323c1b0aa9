import type { AggregationDescriptor } from './aggregation-descriptor.js';

export const maximum = {
  description: 'the largest of its windows',
  ofWindows: 'max(value)',
  // A window only ever grows: units are never taken back, and a member stays counted.
  update: 'greatest(u.value, excluded.value)',
  carried: false,
  indivisible: 'charges for the peak of a period',
} satisfies AggregationDescriptor;
