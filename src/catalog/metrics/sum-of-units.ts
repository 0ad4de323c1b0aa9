import type { MetricDescriptor } from './metric-descriptor.js';

export const sumOfUnits = {
  description: 'the units that the handlers name',
  reads: ['units'],
  corrections: true,
  counting: { sums: ['sum(c.units)'] },
} satisfies MetricDescriptor;
