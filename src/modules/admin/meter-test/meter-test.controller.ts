import { Body, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
  'Server-sent events: `test` (MeterTestDto) comes first, `progress` (MeterTestProgressDto) whenever something else is seen, and `end` (MeterTestEndDto) last. A stream without `end` was cut: follow the test again. It ends ten seconds after the last one who followed it has gone.';
const PROBLEMS = { rate_limited: 'Twenty follow this test already.' };

@ApiExtraModels(MeterTestDto, MeterTestProgressDto, MeterTestEndDto)
@ApiParam({ name: 'name', description: 'The meter, by its name in the catalogue.', example: 'calls' })
@OperatorRoutes('meters/:name/test')
export class OperatorMeterTestController {
  constructor(
    private readonly tests: MeterTests,
    private readonly guard: OperatorGuard,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Test a meter, and follow the test',
    description: `Follows usage from the catalogue to Stripe's total, once and really; one test of a meter at a time. When such a test runs in this process, it is followed. ${SHAPE}`,
  })
  @ApiBody({ type: StartMeterTestDto, required: false })
  @ApiOkResponse(EVENTS)
  @ApiProblems({
    ...PROBLEMS,
    validation_failed: 'A field is malformed or unknown; each is named.',
    change_refused:
      'The key of Stripe is live, and a synthetic customer was asked for; or a test of this meter runs, and is not such a one.',
    shutting_down: 'This process ends.',
  })
  start(
    @Param('name') meter: string,
    @Body() { synthetic = false, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: StartMeterTestDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const stream = this.streamFor(request);
    this.tests.start({ meter, synthetic, timeoutSeconds }, stream);
    answer(reply, stream);
  }

  @Get()
  @ApiOperation({
    summary: 'Follow a test that runs',
    description: `In the process that answers, and from its beginning. Starts nothing. ${SHAPE}`,
  })
  @ApiOkResponse(EVENTS)
  @ApiProblems(PROBLEMS)
  follow(@Param('name') meter: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const stream = this.streamFor(request);
    this.tests.follow(meter, stream);
    answer(reply, stream);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Stop the test of a meter',
    description: 'In all processes, and also when none runs. A customer that it made stays.',
  })
  @ApiNoContentResponse({ description: 'No test of it runs any more.' })
  async stop(@Param('name') meter: string): Promise<void> {
    await this.tests.stop(meter);
  }

  private streamFor(request: FastifyRequest): ProgressStream {
    return new ProgressStream(() => this.guard.mayStay(request));
  }
}

function answer(reply: FastifyReply, stream: ProgressStream): void {
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    // nginx would gather the events otherwise.
    .header('x-accel-buffering', 'no')
    .send(stream);
}
