import type { MetricDescriptor } from './metric-descriptor.js';

export const uniqueCompanies = {
  description: 'how many different companies called',
  reads: ['company_id'],
  corrections: false,
  counting: { different: 'company_id' },
  indivisible: 'counts companies once in a period',
} satisfies MetricDescriptor;
