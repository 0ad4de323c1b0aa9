import { FareboxError, InvalidFieldsError } from '../../../platform/errors/farebox-error.js';

export const GRANULARITIES = ['hour', 'day', 'period'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const STEP_MS: Record<Exclude<Granularity, 'period'>, number> = { hour: HOUR_MS, day: DAY_MS };

/** The longest range of one request, in days. */
export const LONGEST_DAYS: Record<Granularity, number> = { hour: 35, day: 400, period: 3_660 };

/** The requested range; absent: the current billing period. UTC. */
export interface AskedRange {
  granularity: Granularity;
  from?: Date | undefined;
  to?: Date | undefined;
}

export interface UsageRange {
  granularity: Granularity;
  from: Date;
  /** Exclusive. */
  to: Date;
}

/**
 * The effective range. Missing values come from the current billing period, and the range is never longer than allowed.
 * @throws {FareboxError} `validation_failed`, with the field, for a range that is reversed or too long.
 */
export function resolveRange(
  { granularity, from, to }: AskedRange,
  current: { start: Date; end: Date } | undefined,
  now: Date,
): UsageRange {
  const longest = LONGEST_DAYS[granularity] * DAY_MS;
  const end = to ?? (current && current.end < now ? current.end : now);
  const earliest = new Date(end.getTime() - longest);
  const start = from ?? later(current && current.start < end ? current.start : earliest, earliest);
  if (end <= start) {
    const [field, message] = to ? ['to', 'must be later than from'] : ['from', 'must lie before now'];
    throw refusal(field ?? '', message ?? '');
  }
  if (end.getTime() - start.getTime() > longest)
    throw refusal(
      'from',
      `must be at most ${LONGEST_DAYS[granularity]} days before to, by the ${granularity}`,
    );
  return { granularity, from: start, to: end };
}

const later = (one: Date, other: Date): Date => (one > other ? one : other);

const refusal = (field: string, message: string): FareboxError =>
  new InvalidFieldsError([{ field, message }]);
