import type { MetricDescriptor } from './metric-descriptor.js';

export const uniqueSessions = {
  description: 'how many different sessions called',
  reads: ['session_id'],
  corrections: false,
  counting: { different: 'session_id' },
  indivisible: 'counts sessions once in a period',
} satisfies MetricDescriptor;
