import pg from 'pg';
import {
  aggregationOf,
  type CallColumn,
  type ComputedCounting,
  type MeterDefinition,
  type MeterFilter,
  metricOf,
} from '../../../catalog/index.js';

const HOUR_MS = 3_600_000;
const literal = (text: string): string => pg.escapeLiteral(text);

/** The length of a meter's buckets, in milliseconds: every window and every hour is made of whole ones. */
export const bucketMs = ({ windowMs }: MeterDefinition): number => Math.min(windowMs, HOUR_MS);

/** The beginning of the stretch of `ms` milliseconds that `moment` lies in, counted from midnight UTC. */
export const beginningOf = (moment: string, ms: number): string =>
  `date_bin(interval '${ms} milliseconds', ${moment}, timestamptz '1970-01-01 00:00:00+00')`;

/** The condition of a meter on a row `c` of the ledger: the catalog's filter. */
export function filterSql(meter: MeterDefinition): string {
  const conditions = [...criteria(meter.filter)];
  if (!metricOf(meter).corrections) conditions.push('c.corrects is null');
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

function* criteria({ route, verb, status, plan, header }: MeterFilter): Generator<string> {
  if (route !== undefined) yield `c.route = ${literal(route)}`;
  if (verb !== undefined) yield `c.verb = ${literal(verb)}`;
  if (plan !== undefined) yield `c.plan = ${literal(plan)}`;
  if (status !== undefined) yield `(${status.map(statusSql).join(' or ')})`;
  if (header !== undefined) {
    const value = `nullif(c.headers, '')::jsonb ->> ${literal(header.name)}`;
    yield header.value === undefined ? `${value} is not null` : `${value} = ${literal(header.value)}`;
  }
}

function statusSql(status: string): string {
  const from = Number(status.replace('xx', '00'));
  if (!Number.isInteger(from)) throw new Error(`${status} is no status`);
  return status.endsWith('xx') ? `c.status between ${from} and ${from + 99}` : `c.status = ${from}`;
}

/** The columns of a call that a meter reads, apart from the time: criteria have the names of the columns they use. */
export function columnsOf(meter: MeterDefinition): string[] {
  const { header, ...plain } = meter.filter;
  return ['corrects', ...Object.keys(plain), ...(header ? ['headers'] : []), ...metricOf(meter).reads];
}

/**
 * The member that a call `c` counts for, where a metric counts different ones. The company is the subscription: releases
 * before recorded the customer with MOESIF_COMPANY_ID=customer, which is the same company.
 */
export const memberSql = (column: CallColumn): string =>
  column === 'company_id'
    ? 'case when c.company_id = c.customer_id then c.subscription_id else c.company_id end'
    : `c.${column}`;

/** The computation of a metric that is computed from several sums; else undefined. */
export function computedOf(meter: MeterDefinition): ComputedCounting | undefined {
  const { counting } = metricOf(meter);
  return 'value' in counting ? counting : undefined;
}

/** A meter's value over several buckets: `value` and `state` of `meter_buckets`. */
export function overBuckets(meter: MeterDefinition): string {
  const computed = computedOf(meter);
  return computed ? computed.value(...addedStates(computed)) : 'sum(value)';
}

/** The sums of a state, over rows that have a part of each. */
export const addedStates = ({ sums }: ComputedCounting): string[] =>
  sums.map((_, index) => `sum(state[${index + 1}])`);

/**
 * The merged values of a row `row` and the conflicting one (`excluded`). A row without a state is of another metric, from
 * before the catalog was changed: it is ignored, as its number would be taken for a sum.
 */
export function mergedState(computed: ComputedCounting, row: string): { value: string; state: string } {
  const sums = computed.sums.map(
    (_, index) => `coalesce(${row}.state[${index + 1}], 0) + excluded.state[${index + 1}]`,
  );
  return { value: computed.value(...sums), state: `array[${sums.join(', ')}]` };
}

/** A period's value, from windows by their `value`, beginning and period. Without windows there is one value. */
export const totalSql = (meter: MeterDefinition): string =>
  aggregationOf(meter).windows?.total ?? 'max(value)';

/** Beginning of the window that contains a moment; `whole` where the metric is taken over the whole period. */
export function windowSql(meter: MeterDefinition, moment: string, whole: string): string {
  return aggregationOf(meter).windows === null ? whole : beginningOf(moment, meter.windowMs);
}

/** The billing periods `p` whose calls a meter counts, for calls `c`. @param providerMeter a parameter or literal. */
export const periodJoin = (providerMeter: string): string => `
  join farebox.usage_periods p on p.customer_id = c.customer_id and p.subscription_id = c.subscription_id
    and p.provider_meter = ${providerMeter} and c.started_at >= p.counts_from and c.started_at < p.counts_to`;
