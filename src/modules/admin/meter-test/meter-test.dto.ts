import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { METER_TEST_STAGES } from '../../metering/index.js';
import { METER_TEST_OUTCOMES } from './running-test.js';

/** As `--timeout` of the command line. */
export const DEFAULT_TIMEOUT_SECONDS = 600;

export class StartMeterTestDto {
  @ApiPropertyOptional({
    description:
      'Register a customer and make a call, in the place of waiting for somebody’s. Refused with a live key of Stripe.',
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
    description: 'How long it looks for what is not there yet, for the whole test, in seconds.',
  })
  @IsOptional()
  @Max(1_800, { message: 'must be at most 1800' })
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number of seconds' })
  timeoutSeconds?: number;
}

/** Data of the event `test`, which comes first. */
export class MeterTestDto {
  @ApiProperty({ description: 'Its name in the catalogue.', example: 'calls' })
  meter!: string;

  @ApiProperty()
  synthetic!: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({ example: DEFAULT_TIMEOUT_SECONDS })
  timeoutSeconds!: number;

  @ApiProperty({
    description: 'In order; each gets events `progress`, unless the test ends before it.',
    enum: METER_TEST_STAGES,
    isArray: true,
  })
  stages!: string[];
}

/** Data of an event `progress`: one whenever something else is seen. */
export class MeterTestProgressDto {
  @ApiProperty({ enum: METER_TEST_STAGES })
  stage!: string;

  @ApiProperty({
    enum: ['working', 'passed', 'failed'],
    description: '`working`: it looks again every second. `failed`: the test ends here.',
  })
  state!: string;

  @ApiProperty({ description: 'What is seen.', example: 'no paid call since the test began' })
  message!: string;

  @ApiPropertyOptional({ description: 'For `failed`: what to do.' })
  advice?: string;

  @ApiProperty({ description: 'Since the test began.', example: 1_000 })
  elapsedMs!: number;
}

/** Data of the event `end`, which comes last. */
export class MeterTestEndDto {
  @ApiProperty({
    enum: METER_TEST_OUTCOMES,
    description:
      '`stopped`: somebody stopped it. `unfollowed`: nobody followed it. `shutting_down`: the process ended. `broken`: something unforeseen; the log has it.',
  })
  outcome!: string;
}
