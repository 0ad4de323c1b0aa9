import type { MetricDescriptor } from './metric-descriptor.js';

export const eventCount = {
  description: 'calls',
  reads: [],
  corrections: false,
  counting: { sums: ['count(*)'] },
} satisfies MetricDescriptor;
