import { ApiProperty, ApiPropertyOptional } from '../../../platform/http/openapi.js';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { METER_TEST_STAGES } from '../../usage/index.js';
import { METER_TEST_OUTCOMES } from './running-test.js';

/** As `--timeout` of the command line. */
export const DEFAULT_TIMEOUT_SECONDS = 600;

export class StartMeterTestDto {
  @ApiPropertyOptional({
    description:
      'Create a test customer and call instead of waiting for a real one. Refused with a live Stripe key.',
    default: false,
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  synthetic?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_800,
    default: DEFAULT_TIMEOUT_SECONDS,
    description: 'Timeout of the whole test, in seconds.',
  })
  @IsOptional()
  @Max(1_800, { message: 'must be at most 1800' })
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number of seconds' })
  timeoutSeconds?: number;
}

/** Data of the event `test`, which comes first. */
export class MeterTestDto {
  @ApiProperty({ description: 'Meter name in the catalog.', example: 'calls' })
  meter!: string;

  @ApiProperty()
  synthetic!: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({ example: DEFAULT_TIMEOUT_SECONDS })
  timeoutSeconds!: number;

  @ApiProperty({
    description: 'In order; each has `progress` events, unless the test ends before it.',
    enum: METER_TEST_STAGES,
    isArray: true,
  })
  stages!: string[];
}

/** Data of an event `progress`: sent whenever the progress changes. */
export class MeterTestProgressDto {
  @ApiProperty({ enum: METER_TEST_STAGES })
  stage!: string;

  @ApiProperty({
    enum: ['working', 'passed', 'failed'],
    description: '`working`: checked every second. `failed`: the test ends here.',
  })
  state!: string;

  @ApiProperty({ description: 'The current state.', example: 'no paid call since the test began' })
  message!: string;

  @ApiPropertyOptional({ description: 'For `failed`: how to fix it.' })
  advice?: string;

  @ApiProperty({ description: 'Since the test began.', example: 1_000 })
  elapsedMs!: number;
}

/** Data of the event `end`, which comes last. */
export class MeterTestEndDto {
  @ApiProperty({
    enum: METER_TEST_OUTCOMES,
    description:
      '`stopped`: stopped on request. `unfollowed`: no client followed it. `shutting_down`: the process shut down. `broken`: unexpected error, see the log.',
  })
  outcome!: string;
}
