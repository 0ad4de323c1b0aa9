import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { Settings } from '../../platform/config/settings.js';
import { MeterOverview, type MeterState } from '../metering/index.js';
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

  @ApiProperty({ example: 'event_count' })
  metric!: string;

  @ApiProperty({ example: 'sum' })
  aggregation!: string;

  @ApiProperty({ description: 'Of the aggregations but `sum`.', example: 3600000 })
  windowMs!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What must hold for a call to count: route, verb, status, plan, header.',
  })
  filter!: object;

  @ApiProperty({
    type: ProviderMeterDto,
    nullable: true,
    description: 'Null while it is not there at Stripe.',
  })
  provider!: ProviderMeterDto | null;

  @ApiProperty({ description: 'Customers who have used something in the billing period that runs.' })
  customers!: number;

  @ApiProperty({ description: 'Of all customers, in the billing periods that run: a whole number.' })
  value!: string;

  @ApiProperty({ description: 'Of this, what was written down to be told.' })
  told!: string;

  @ApiProperty({ description: 'Whether a test of it runs, in the process that answers.' })
  testing!: boolean;
}

class MetersDto {
  @ApiProperty({ type: [MeterDto] })
  meters!: MeterDto[];

  @ApiProperty({ description: 'Age of the oldest paid call that the meters have not looked at.', example: 0 })
  lagSeconds!: number;

  @ApiProperty({ description: 'Paid calls whose billing period Stripe has not told us yet.', example: 0 })
  waitingCalls!: number;

  @ApiProperty({
    description: 'Whether the key of Stripe is live: a meter test makes no synthetic customer then.',
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
  @ApiOperation({ summary: 'The meters, and what they show now' })
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

function toMeterDto({ definition, provider, customers, value, told }: MeterState): Omit<MeterDto, 'testing'> {
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
    told: String(told),
  };
}
