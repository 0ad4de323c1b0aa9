import type { MetricDescriptor } from './metric-descriptor.js';

export const eventCount = {
  description: 'calls',
  reads: [],
  corrections: false,
  counting: { sum: 'count(*)' },
} satisfies MetricDescriptor;
