import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import { WEBHOOK_STATES, type WebhookState } from '../billing/index.js';
import { PageLimit } from '../../platform/http/page-limit.decorator.js';

export class WebhooksQueryDto {
  @ApiPropertyOptional({ enum: WEBHOOK_STATES, description: 'Filter by state.' })
  @IsOptional()
  @IsIn(WEBHOOK_STATES, { message: `must be one of: ${WEBHOOK_STATES.join(', ')}` })
  state?: WebhookState;

  @PageLimit({ maximum: 500, default: 50 })
  limit?: number;
}

export class WebhookDto {
  @ApiProperty({ example: 'evt_1PgafTB7WZ01zgkW' })
  id!: string;

  @ApiProperty({ example: 'customer.subscription.updated' })
  type!: string;

  @ApiProperty({ type: String, nullable: true, example: 'cus_QXg1o8vlGmRkp2' })
  customerId!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  receivedAt!: Date;

  @ApiProperty({
    enum: WEBHOOK_STATES,
    description:
      '`pending`: about to be processed. `waiting`: its customer has no account yet. `done`, `ignored`. `parked`: failed too often; fix the cause and replay.',
  })
  state!: WebhookState;

  @ApiProperty({ description: 'Failed attempts.' })
  attempts!: number;

  @ApiProperty({ type: String, nullable: true })
  lastError!: string | null;
}

export class WebhooksDto {
  @ApiProperty({ type: [WebhookDto], description: 'Newest first.' })
  webhooks!: WebhookDto[];
}

export class ReplayDto {
  @ApiPropertyOptional({ type: [String], example: ['evt_1PgafTB7WZ01zgkW'], maxItems: 500 })
  @IsOptional()
  @Matches(/^evt_\w{1,200}$/, { each: true, message: 'must be ids of events: evt_…' })
  @ArrayMaxSize(500, { message: 'must be at most 500 ids' })
  @ArrayMinSize(1, { message: 'must contain at least one event' })
  @IsArray({ message: 'must be a list of ids' })
  ids?: string[];

  @ApiPropertyOptional({ description: 'All parked events, instead of ids.' })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  parked?: boolean;
}

export class ReplayedDto {
  @ApiProperty({ description: 'Number of events queued for replay.' })
  replayed!: number;
}
