import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import {
  AGGREGATION_NAMES,
  type MeterAggregation,
  type MeterMetric,
  METRIC_NAMES,
} from '../../catalog/index.js';
import { GRANULARITIES, type Granularity, LONGEST_DAYS, type MeterHistory } from '../meters/index.js';

/** A time without an offset would mean another moment on each machine; a date alone is its midnight, UTC. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const NOT_A_TIME = 'must be a time as 2026-11-21T08:00:00Z, or a date';

export class UsageQueryDto {
  @ApiPropertyOptional({
    enum: GRANULARITIES,
    default: 'day',
    description: `The length of the buckets. By the hour at most ${LONGEST_DAYS.hour} days, by the day ${LONGEST_DAYS.day}.`,
  })
  @IsOptional()
  @IsIn(GRANULARITIES, { message: `must be one of: ${GRANULARITIES.join(', ')}` })
  granularity?: Granularity;

  @ApiPropertyOptional({
    description:
      'Start of the range, rounded down to the hour or day, UTC. Default: start of the current period.',
    example: '2026-11-01T00:00:00Z',
  })
  @IsOptional()
  @Matches(TIME, { message: NOT_A_TIME })
  @IsISO8601({ strict: true }, { message: NOT_A_TIME })
  from?: string;

  @ApiPropertyOptional({
    description: 'End of the range, including its hour or day. Default: now, or the end of the last period.',
    example: '2026-12-01T00:00:00Z',
  })
  @IsOptional()
  @Matches(TIME, { message: NOT_A_TIME })
  @IsISO8601({ strict: true }, { message: NOT_A_TIME })
  to?: string;
}

class PeriodUsageDto {
  @ApiProperty({ type: String, format: 'date-time' })
  start!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  end!: Date;

  @ApiProperty({ description: 'Units, a whole number as text.', example: '123' })
  value!: string;
}

class UsageBucketDto {
  @ApiProperty({ type: String, format: 'date-time' })
  start!: Date;

  @ApiProperty({
    description:
      'Usage in the bucket; for users, sessions and companies the number of new ones; for averages that of the calls in it. For maximum and most-recent meters, the largest or latest window that begins in the bucket.',
    example: '12',
  })
  value!: string;
}

class MeterUsageDto {
  @ApiProperty({ example: 'test-service-calls' })
  meter!: string;

  @ApiProperty({ example: 'Calls of /test-service' })
  displayName!: string;

  @ApiProperty({ enum: METRIC_NAMES })
  metric!: MeterMetric;

  @ApiProperty({ enum: AGGREGATION_NAMES })
  aggregation!: MeterAggregation;

  @ApiProperty({ description: 'The current billing period, or the last one after the subscription ended.' })
  period!: PeriodUsageDto;

  @ApiProperty({ type: PeriodUsageDto, nullable: true, description: 'The previous billing period.' })
  previous!: PeriodUsageDto | null;

  @ApiProperty({ type: [UsageBucketDto], description: 'Without gaps: 0 where nothing was used.' })
  buckets!: UsageBucketDto[];
}

export class UsageDto {
  @ApiProperty({ type: [MeterUsageDto], description: 'The meters that you are billed by.' })
  meters!: MeterUsageDto[];
}

export function describeUsage(history: readonly MeterHistory[]): UsageDto {
  return {
    meters: history.map(({ meter, period, previous, buckets }) => ({
      meter: meter.name,
      displayName: meter.displayName,
      metric: meter.metric,
      aggregation: meter.aggregation,
      period: asText(period),
      previous: previous && asText(previous),
      buckets: buckets.map(asText),
    })),
  };
}

/** JSON has no integers of arbitrary size. */
const asText = <T extends { value: bigint }>(usage: T): Omit<T, 'value'> & { value: string } => ({
  ...usage,
  value: String(usage.value),
});
