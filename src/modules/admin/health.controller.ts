import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '../../platform/http/openapi.js';
import { Database } from '../../platform/database/database.js';
import { Readiness } from '../../platform/health/readiness.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { OperatorRoutes } from './operator-routes.decorator.js';

/** The operator's main measures, by their name in `/metrics` without the prefix. */
const MEASURES = [
  'meter_lag_seconds',
  'meter_calls_waiting',
  'usage_mismatches',
  'ledger_away',
  'ledger_backlog',
  'ledger_spool_bytes',
  'webhooks_pending',
  'webhooks_parked',
  'registrations_pending',
  'checkouts_pending',
  'subscription_changes_pending',
  'topic_deliveries_pending',
];

class MeasureDto {
  @ApiProperty({ description: 'As in `/metrics`, without its prefix.', example: 'meter_lag_seconds' })
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty()
  value!: number;
}

class HealthDto {
  @ApiProperty({
    type: [String],
    description: 'Reasons why this process is not ready, and other problems; empty if there are none.',
  })
  problems!: string[];

  @ApiProperty({ type: [MeasureDto] })
  measures!: MeasureDto[];
}

@OperatorRoutes('health')
export class OperatorHealthController {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Lags, spool and backlog of the process that answers' })
  @ApiOkResponse({ type: HealthDto })
  async show(): Promise<HealthDto> {
    // Without the database most of the measures below would be missing, which would look like no problem.
    await this.database.ping();
    const measures = await Promise.all(MEASURES.map((name) => this.measure(name)));
    return {
      problems: [...this.readiness.checks, ...this.readiness.warnings].flatMap(([name, check]) => {
        const problem = check();
        return problem === undefined ? [] : [`${name}: ${problem}`];
      }),
      measures: measures.filter((measure) => measure !== undefined),
    };
  }

  /** @returns `undefined` for a measure that this process does not have. */
  private async measure(name: string): Promise<MeasureDto | undefined> {
    const metric = await this.metrics.registry.getSingleMetric(`farebox_${name}`)?.get();
    return metric && { name, description: metric.help, value: metric.values[0]?.value ?? 0 };
  }
}
