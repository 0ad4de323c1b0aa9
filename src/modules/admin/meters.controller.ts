import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '../../platform/http/openapi.js';
import {
  AGGREGATION_NAMES,
  type MeterAggregation,
  type MeterMetric,
  METRIC_NAMES,
} from '../../catalog/index.js';
import { Settings } from '../../platform/config/settings.js';
import { MeterOverview, type MeterState } from '../meters/index.js';
import { MeterTests } from './meter-test/meter-tests.js';
import { OperatorRoutes } from './operator-routes.decorator.js';

class ProviderMeterDto {
  @ApiProperty({ example: 'mtr_test_61R' })
  id!: string;

  @ApiProperty({ example: 'farebox_calls' })
  eventName!: string;
}

class MeterDto {
  @ApiProperty({ example: 'calls' })
  name!: string;

  @ApiProperty({ example: 'Paid calls' })
  displayName!: string;

  @ApiProperty({ enum: METRIC_NAMES })
  metric!: MeterMetric;

  @ApiProperty({ enum: AGGREGATION_NAMES })
  aggregation!: MeterAggregation;

  @ApiProperty({ description: 'Of the aggregations but `sum`.', example: 3600000 })
  windowMs!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The filter that calls must match: route, verb (method), status, plan, header.',
  })
  filter!: object;

  @ApiProperty({
    type: ProviderMeterDto,
    nullable: true,
    description: 'Null while it is missing at Stripe.',
  })
  provider!: ProviderMeterDto | null;

  @ApiProperty({ description: 'Customers with usage in the current billing period.' })
  customers!: number;

  @ApiProperty({ description: 'Of all customers in their current billing periods: a whole number.' })
  value!: string;

  @ApiProperty({ description: 'Of this, what was recorded for reporting to Stripe.' })
  reported!: string;

  @ApiProperty({ deprecated: true, description: 'Use `reported`.' })
  told!: string;

  @ApiProperty({ description: 'Whether a test of it is running in the process that responds.' })
  testing!: boolean;
}

class MetersDto {
  @ApiProperty({ type: [MeterDto] })
  meters!: MeterDto[];

  @ApiProperty({
    description: 'Metering lag: age of the oldest paid call that is not metered yet.',
    example: 0,
  })
  lagSeconds!: number;

  @ApiProperty({ description: 'Paid calls whose billing period is not known yet.', example: 0 })
  waitingCalls!: number;

  @ApiProperty({
    description: 'Whether the Stripe key is live: then a meter test creates no synthetic customer.',
  })
  live!: boolean;
}

@OperatorRoutes('meters')
export class OperatorMetersController {
  constructor(
    private readonly overview: MeterOverview,
    private readonly tests: MeterTests,
    private readonly settings: Settings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List meters and their current totals' })
  @ApiOkResponse({ type: MetersDto })
  async list(): Promise<MetersDto> {
    const { meters, lagSeconds, waitingCalls } = await this.overview.show();
    return {
      meters: meters.map((meter) => ({
        ...toMeterDto(meter),
        testing: this.tests.isRunning(meter.definition.name),
      })),
      lagSeconds,
      waitingCalls,
      live: this.settings.live,
    };
  }
}

function toMeterDto({
  definition,
  provider,
  customers,
  value,
  reported,
}: MeterState): Omit<MeterDto, 'testing'> {
  const { name, displayName, metric, aggregation, windowMs, filter } = definition;
  return {
    name,
    displayName,
    metric,
    aggregation,
    windowMs,
    filter,
    provider: provider && { id: provider.id, eventName: provider.eventName },
    customers,
    value: String(value),
    reported: String(reported),
    told: String(reported),
  };
}
