import { Get, Headers, Query, type StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '../../platform/http/openapi.js';
import { CurrentExchange, type Exchange } from '../../platform/http/exchange.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { answerEvents } from '../../platform/http/streamed.js';
import { isId } from '../../platform/ids/ids.js';
import type { Principal } from '../../platform/identity/principal.js';
import { ApiTokenProblems, CurrentPrincipal, RequiresScope } from '../auth/index.js';
import { CallLog } from '../ledger/index.js';
import { LimitedByAccount } from './account-limit.decorator.js';
import { CallPageDto, CallsFilterDto, CallsQueryDto, filterOf } from './account-calls.dto.js';
import { answerCalls } from './answer-calls.js';
import { CallExports } from './call-exports.js';
import { LiveCalls } from './live-calls.js';
import { OwnController } from '../../platform/http/own-routes.js';

@ApiTags('Your account')
@ApiBearerAuth()
@ApiExtraModels(CallPageDto)
@ApiTokenProblems()
@LimitedByAccount()
@ApiProblems({
  validation_failed: 'A query parameter is malformed or unknown; each is listed.',
})
@OwnController('account', 'account/calls')
export class AccountCallsController {
  constructor(
    private readonly calls: CallLog,
    private readonly live: LiveCalls,
    private readonly exports: CallExports,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List your paid calls',
    description:
      'Newest first. As CSV, the `link` header with `rel="next"` points to the next page, and values that a spreadsheet would read as formulas start with an apostrophe.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(CallPageDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiProblems({
    database_unavailable: 'The database is not available.',
    busy: 'Too many exports are running.',
  })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: CallsQueryDto,
    @CurrentExchange() exchange: Exchange,
  ): Promise<CallPageDto | StreamableFile> {
    const { exports } = this;
    return answerCalls(this.calls.of(principal.account.customerId), query, { exports, exchange });
  }

  @Get('live')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Stream your calls live',
    description:
      'Server-sent events: `call` with one call as in the list, and its id as the event’s; `skipped` with `{"calls": n}` when there were too many to send (null: unknown). A call may be sent twice with the same ID. The stream ends after ten minutes or when the token is revoked; reconnect with `Last-Event-ID`. A browser’s EventSource cannot send the token: use fetch.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description:
      'The ID of the last call you received: later calls, and those of the seconds before it, are sent first, at most 200.',
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiProblems({
    rate_limited: 'Too many open streams: ten per account, fifty per address.',
    shutting_down: 'The process is shutting down.',
  })
  follow(
    @CurrentPrincipal() principal: Principal,
    @Query() query: CallsFilterDto,
    @Headers('last-event-id') last: string | undefined,
    @CurrentExchange() exchange: Exchange,
  ): StreamableFile {
    const after = last !== undefined && isId(last) ? last.toLowerCase() : undefined;
    const stream = this.live.start(principal, filterOf(query), { after, address: exchange.ip });
    return answerEvents(exchange, stream);
  }
}
