import type { Readable } from 'node:stream';
import { Controller, Get, Headers, Ip, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { isId } from '../../platform/ids/ids.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { CallLog } from '../metering/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { CallPageDto, CallsFilterDto, CallsQueryDto, filterOf } from './account-calls.dto.js';
import { answerCalls } from './answer-calls.js';
import { CallExports } from './call-exports.js';
import { LiveCalls } from './live-calls.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiExtraModels(CallPageDto)
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  validation_failed: 'A part of the query is malformed or unknown; each is named.',
})
@Controller('account/calls')
export class AccountCallsController {
  constructor(
    private readonly calls: CallLog,
    private readonly live: LiveCalls,
    private readonly exports: CallExports,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Your calls of paid endpoints',
    description:
      'Newest first, from the ledger. As CSV, `link` with `rel="next"` leads to the next page, and texts that a spreadsheet would take for formulas begin with an apostrophe.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(CallPageDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiProblems({
    database_unavailable: 'The database is away.',
    busy: 'Too many exports are running.',
  })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: CallsQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CallPageDto | Readable | string> {
    const { exports } = this;
    return answerCalls(this.calls.of(principal.account.customerId), query, { exports, request, reply });
  }

  @Get('live')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Your calls while they come in',
    description:
      'Server-sent events: `call` with one call as in the list, and its id as the event’s; `skipped` with `{"calls": n}` when there were too many to show (null: unknown). A call may be shown twice: its id tells. It ends after ten minutes, or when the token is revoked; come back with `Last-Event-ID`. A browser’s EventSource cannot send the token: use fetch.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description:
      'The id of the last call you have: what came after it, and in the seconds before, is sent first, 200 at most.',
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiProblems({
    rate_limited: 'Too many live logs are open: ten an account, fifty an address.',
    shutting_down: 'This process ends.',
  })
  follow(
    @CurrentPrincipal() principal: Principal,
    @Query() query: CallsFilterDto,
    @Headers('last-event-id') last: string | undefined,
    @Ip() address: string,
    @Res() reply: FastifyReply,
  ): void {
    const after = last !== undefined && isId(last) ? last.toLowerCase() : undefined;
    const stream = this.live.start(principal, filterOf(query), { after, address });
    void reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      // nginx would gather the events otherwise.
      .header('x-accel-buffering', 'no')
      .send(stream);
  }
}
