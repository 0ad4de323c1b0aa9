import { Body, Delete, Get, HttpCode, Param, Post, type StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../../../platform/http/openapi.js';
import { CurrentExchange, type Exchange } from '../../../platform/http/exchange.js';
import { answerEvents } from '../../../platform/http/streamed.js';
import { ApiProblems } from '../../../platform/http/api-problem.decorator.js';
import { OperatorRoutes } from '../operator-routes.decorator.js';
import { OperatorGuard } from '../session/operator.guard.js';
import {
  DEFAULT_TIMEOUT_SECONDS,
  MeterTestDto,
  MeterTestEndDto,
  MeterTestProgressDto,
  StartMeterTestDto,
} from './meter-test.dto.js';
import { MeterTests } from './meter-tests.js';
import { ProgressStream } from './progress-stream.js';

const EVENTS = { content: { 'text/event-stream': { schema: { type: 'string' } } } } as const;
const SHAPE =
  'Server-sent events: `test` (MeterTestDto) comes first, `progress` (MeterTestProgressDto) on each change, and `end` (MeterTestEndDto) last. If the stream ends without `end`, the connection was lost: follow the test again. A test stops ten seconds after its last follower disconnects.';
const PROBLEMS = { rate_limited: 'Twenty clients already follow this test.' };

@ApiExtraModels(MeterTestDto, MeterTestProgressDto, MeterTestEndDto)
@ApiParam({ name: 'name', description: 'Meter name in the catalog.', example: 'calls' })
@OperatorRoutes('meters/:name/test')
export class OperatorMeterTestController {
  constructor(
    private readonly tests: MeterTests,
    private readonly guard: OperatorGuard,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Start a meter test and follow it',
    description: `Sends one real call through every step, from meter to Stripe's total; one test per meter at a time. If such a test is running in this process, it is followed. ${SHAPE}`,
  })
  @ApiBody({ type: StartMeterTestDto, required: false })
  @ApiOkResponse(EVENTS)
  @ApiProblems({
    ...PROBLEMS,
    validation_failed: 'A field is malformed or unknown; each is listed.',
    change_refused:
      'A synthetic customer was requested with a live Stripe key, or another kind of test of this meter is running.',
    shutting_down: 'This process ends.',
  })
  start(
    @Param('name') meter: string,
    @Body() { synthetic = false, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: StartMeterTestDto,
    @CurrentExchange() exchange: Exchange,
  ): StreamableFile {
    const stream = this.streamFor(exchange);
    this.tests.start({ meter, synthetic, timeoutSeconds }, stream);
    return answerEvents(exchange, stream);
  }

  @Get()
  @ApiOperation({
    summary: 'Follow a running meter test',
    description: `From its beginning, in the process that responds. Does not start a test. ${SHAPE}`,
  })
  @ApiOkResponse(EVENTS)
  @ApiProblems(PROBLEMS)
  follow(@Param('name') meter: string, @CurrentExchange() exchange: Exchange): StreamableFile {
    const stream = this.streamFor(exchange);
    this.tests.follow(meter, stream);
    return answerEvents(exchange, stream);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Stop a meter test',
    description:
      'In all processes; succeeds also when none is running. A customer that the test created stays.',
  })
  @ApiNoContentResponse({ description: 'No test of the meter is running.' })
  async stop(@Param('name') meter: string): Promise<void> {
    await this.tests.stop(meter);
  }

  private streamFor(exchange: Exchange): ProgressStream {
    return new ProgressStream(() => this.guard.mayStay(exchange));
  }
}
