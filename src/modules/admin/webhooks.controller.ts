import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { WebhookEvents } from '../billing/index.js';
import { OperatorRoutes } from './operator-routes.decorator.js';
import { ReplayDto, ReplayedDto, WebhooksDto, WebhooksQueryDto } from './webhooks.dto.js';

const DEFAULT_LIMIT = 50;

@OperatorRoutes('webhooks')
export class OperatorWebhooksController {
  constructor(private readonly events: WebhookEvents) {}

  @Get()
  @ApiOperation({ summary: 'What Stripe told us' })
  @ApiOkResponse({ type: WebhooksDto })
  @ApiProblems({ validation_failed: 'A part of the query is malformed or unknown; each is named.' })
  async list(@Query() { state, limit }: WebhooksQueryDto): Promise<WebhooksDto> {
    return { webhooks: await this.events.list(state, limit ?? DEFAULT_LIMIT) };
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Have events applied again',
    description:
      'Those of the ids, or all that are parked. Each reads the present state from Stripe: it is always safe.',
  })
  @ApiOkResponse({ type: ReplayedDto })
  @ApiProblems({ validation_failed: 'Either ids or `parked` must be given.' })
  async replay(@Body() { ids, parked }: ReplayDto): Promise<ReplayedDto> {
    if ((ids !== undefined) === (parked === true))
      throw new InvalidFieldsError([
        { field: 'ids', message: 'name the events, or say "parked": true for all that are parked' },
      ]);
    return { replayed: await this.events.replay(ids ?? 'parked') };
  }
}
