import { known, namesOf } from '../known.js';
import type { AggregationDescriptor } from './aggregation-descriptor.js';
import { maximum } from './maximum.js';
import { mostRecentEver } from './most-recent-ever.js';
import { mostRecentInPeriod } from './most-recent-in-period.js';
import { sum } from './sum.js';

/** All aggregations, in the order in which they are offered. A new one is a file beside this one, and a line here. */
export const AGGREGATIONS = {
  sum,
  most_recent_in_period: mostRecentInPeriod,
  most_recent_ever: mostRecentEver,
  maximum,
} satisfies Record<string, AggregationDescriptor>;

/** How the calls of a billing period become one number: `sum` over all of it, the others from its windows. */
export type MeterAggregation = keyof typeof AGGREGATIONS;

export const AGGREGATION_NAMES = namesOf(AGGREGATIONS);

/** @throws {Error} naming an aggregation that this version does not know. */
export const aggregationOf = ({ aggregation }: { aggregation: MeterAggregation }): AggregationDescriptor =>
  known<AggregationDescriptor>(AGGREGATIONS, 'aggregation', aggregation);
