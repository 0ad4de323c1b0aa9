import { ApiProperty } from '../../platform/http/openapi.js';
import { AccountCallDto, AccountEntryDto, AccountTokenDto, AccountUsageDto } from './accounts.dto.js';
import { WebhookDto } from './webhooks.dto.js';

const MOMENT = { type: String, format: 'date-time', nullable: true } as const;

/** Everything known here of one customer; token values are not stored anywhere. */
export class AccountProfileDto extends AccountEntryDto {
  @ApiProperty({ format: 'uuid' })
  accountId!: string;

  @ApiProperty({ example: 'Ada' })
  firstname!: string;

  @ApiProperty({ example: 'Lovelace' })
  lastname!: string;

  @ApiProperty({ type: [String], description: 'Former Stripe customers of the account.' })
  formerCustomers!: string[];

  @ApiProperty({ type: String, format: 'date-time', description: 'Start of the current billing period.' })
  periodStart!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  periodEnd!: Date;

  @ApiProperty(MOMENT)
  pastDueSince!: Date | null;

  @ApiProperty(MOMENT)
  trialEnd!: Date | null;

  @ApiProperty(MOMENT)
  cancelAt!: Date | null;

  @ApiProperty()
  cancelAtPeriodEnd!: boolean;

  @ApiProperty({ type: [AccountUsageDto], description: 'The latest billing period of each meter.' })
  usage!: AccountUsageDto[];

  @ApiProperty({ type: [AccountCallDto], description: 'The last 20 paid calls, newest first.' })
  calls!: AccountCallDto[];

  @ApiProperty({
    type: [AccountTokenDto],
    description: 'Active tokens, newest first, without their values.',
  })
  tokens!: AccountTokenDto[];

  @ApiProperty({ type: [WebhookDto], description: 'The last 20 Stripe events of the customer.' })
  webhooks!: WebhookDto[];
}
