import { FareboxError, InvalidFieldsError } from '../../../platform/errors/farebox-error.js';

export const GRANULARITIES = ['hour', 'day', 'period'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const STEP_MS: Record<Exclude<Granularity, 'period'>, number> = { hour: HOUR_MS, day: DAY_MS };

/** The longest range that is answered at once, in days. */
export const LONGEST_DAYS: Record<Granularity, number> = { hour: 35, day: 400, period: 3_660 };

/** What was asked for; absent: the current billing period. UTC. */
export interface AskedRange {
  granularity: Granularity;
  from?: Date | undefined;
  to?: Date | undefined;
}

export interface UsageRange {
  granularity: Granularity;
  from: Date;
  /** Not in it. */
  to: Date;
}

/**
 * The range that is meant. What was not named comes from the current billing period, and is never longer than what may
 * be asked for.
 * @throws {FareboxError} `validation_failed`, naming the field, for a range that is upside down or too long.
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
