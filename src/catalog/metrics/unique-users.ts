import type { MetricDescriptor } from './metric-descriptor.js';

export const uniqueUsers = {
  description: 'how many different users called',
  reads: ['user_id'],
  corrections: false,
  counting: { different: 'user_id' },
  indivisible: 'counts users once in a period',
} satisfies MetricDescriptor;
