import { text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';
import type { ReporterName } from './billing/usage-billing.js';

/** How usage came onto invoices (USAGE_REPORTER), since when: the latest is the present one. */
export const usageReporters = farebox.table('usage_reporters', {
  since: timestamp('since', { withTimezone: true }).primaryKey(),
  name: text('name').$type<ReporterName>().notNull(),
});
