import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { IsIn, IsOptional, IsString } from 'class-validator';
import type { PaymentMethodState, SubscriptionStatus } from '../../platform/identity/principal.js';

const date = (description: string) => ({ type: String, format: 'date-time', nullable: true, description });

class PeriodDto {
  @ApiProperty({ type: String, format: 'date-time' })
  start!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  end!: Date;
}

const PAYMENT_METHODS = ['present', 'missing', 'not_needed'] as const satisfies PaymentMethodState[];

class AllowanceDto {
  @ApiProperty({ description: 'Paid calls of a billing period.', example: 1000 })
  limit!: number;

  @ApiProperty({ description: 'Made in the current billing period.', example: 12 })
  used!: number;
}

class PendingChangeDto {
  @ApiProperty({ description: 'Of GET /plans.', example: 'package' })
  plan!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it takes effect.' })
  at!: Date;
}

/** A consumer's view of their own account. Times are UTC. */
export class AccountDto {
  @ApiProperty({
    description: 'With which the account was registered or paid for.',
    example: 'ada@example.com',
  })
  email!: string;

  @ApiProperty({ description: 'Of GET /plans.', example: 'standard' })
  plan!: string;

  @ApiProperty({
    type: String,
    description: 'The subscription status at Stripe.',
    example: 'active',
  })
  status!: SubscriptionStatus;

  @ApiProperty({ description: 'Whether paid endpoints can be called now.', example: true })
  active!: boolean;

  @ApiProperty({ description: "The paying company's ID in analytics.", example: 'sub_…' })
  companyId!: string;

  @ApiProperty({ example: 'cus_…' })
  customerId!: string;

  @ApiProperty({ example: 'sub_…' })
  subscriptionId!: string;

  @ApiProperty({ type: PeriodDto, description: 'The current billing period.' })
  currentPeriod!: PeriodDto;

  @ApiProperty(date('When the trial ends or ended.'))
  trialEnd!: Date | null;

  @ApiProperty(date('Past due: until when paid endpoints can still be called.'))
  graceEnd!: Date | null;

  @ApiProperty({
    type: PendingChangeDto,
    nullable: true,
    description:
      'The plan that the subscription will change to, unless POST /account/plan/cancel-change is called.',
  })
  pendingChange!: PendingChangeDto | null;

  @ApiProperty({ example: false })
  cancelAtPeriodEnd!: boolean;

  @ApiProperty(date('When the subscription will end.'))
  cancelAt!: Date | null;

  @ApiProperty(date('When the account was closed; it cannot be reopened.'))
  closedAt!: Date | null;

  @ApiProperty({
    type: String,
    enum: PAYMENT_METHODS,
    nullable: true,
    description:
      'Whether invoices can be collected: POST /account/billing-portal opens the page where a payment method is added. Null until it was first compared with Stripe.',
  })
  paymentMethod!: PaymentMethodState | null;

  @ApiProperty({
    type: AllowanceDto,
    nullable: true,
    description: 'Paid calls allowed without a payment method; null if there is one, or no limit.',
  })
  callsWithoutCard!: AllowanceDto | null;
}

export const CHANGE_WHEN = ['now', 'period_end'] as const;

export class ChangePlanDto {
  @ApiProperty({ description: 'The id of a plan of GET /plans.', example: 'volume' })
  @IsString({ message: 'is required: the ID of a plan; GET /plans lists them' })
  plan!: string;

  @ApiPropertyOptional({
    enum: CHANGE_WHEN,
    description:
      '`period_end`: when the current billing period ends. `now`: immediately; refused if it is not an upgrade or an allowance, tiers or fees would restart. Default: now where allowed, otherwise at the end of the period.',
  })
  @IsOptional()
  @IsIn(CHANGE_WHEN, { message: 'must be "now" or "period_end"' })
  when?: (typeof CHANGE_WHEN)[number];
}

export const CANCEL_AT = ['now', 'period_end'] as const;

export class CancelDto {
  @ApiPropertyOptional({
    enum: CANCEL_AT,
    default: 'now',
    description:
      '`now`: immediately, with a final invoice for usage so far. `period_end`: the subscription continues until then.',
  })
  @IsOptional()
  @IsIn(CANCEL_AT, { message: 'must be "now" or "period_end"' })
  at?: (typeof CANCEL_AT)[number];
}
