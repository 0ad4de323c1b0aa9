import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '../../platform/http/openapi.js';
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
  @ApiOperation({ summary: 'List webhook events' })
  @ApiOkResponse({ type: WebhooksDto })
  @ApiProblems({ validation_failed: 'A query parameter is malformed or unknown; each is listed.' })
  async list(@Query() { state, limit }: WebhooksQueryDto): Promise<WebhooksDto> {
    return { webhooks: await this.events.list(state, limit ?? DEFAULT_LIMIT) };
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Replay webhook events',
    description:
      'The events with these IDs, or all parked ones. Safe to repeat: the current state is read from Stripe.',
  })
  @ApiOkResponse({ type: ReplayedDto })
  @ApiProblems({ validation_failed: 'Either ids or `parked` is required.' })
  async replay(@Body() { ids, parked }: ReplayDto): Promise<ReplayedDto> {
    if ((ids !== undefined) === (parked === true))
      throw new InvalidFieldsError([
        { field: 'ids', message: 'is required, or "parked": true for all parked events' },
      ]);
    return { replayed: await this.events.replay(ids ?? 'parked') };
  }
}
