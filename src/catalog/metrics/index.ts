import { known, namesOf } from '../known.js';
import { averageUnits } from './average-units.js';
import { eventCount } from './event-count.js';
import type { MetricDescriptor } from './metric-descriptor.js';
import { sumOfUnits } from './sum-of-units.js';
import { uniqueCompanies } from './unique-companies.js';
import { uniqueSessions } from './unique-sessions.js';
import { uniqueUsers } from './unique-users.js';

/** All metrics, in the order in which they are offered. A new one is a file beside this one, and a line here. */
export const METRICS = {
  event_count: eventCount,
  unique_users: uniqueUsers,
  unique_companies: uniqueCompanies,
  unique_sessions: uniqueSessions,
  sum_of_units: sumOfUnits,
  average_units: averageUnits,
} satisfies Record<string, MetricDescriptor>;

/** The counted quantity. */
export type MeterMetric = keyof typeof METRICS;

export const METRIC_NAMES = namesOf(METRICS);

/** @throws {Error} naming a metric that this version does not know. */
export const metricOf = ({ metric }: { metric: MeterMetric }): MetricDescriptor =>
  known<MetricDescriptor>(METRICS, 'metric', metric);
