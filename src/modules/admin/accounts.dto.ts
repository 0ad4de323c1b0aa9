import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { AccountEntry } from '../accounts/index.js';
import { PageLimit } from '../../platform/http/page-limit.decorator.js';

export class AccountsQueryDto {
  @ApiPropertyOptional({
    description: 'Part of the email, or a complete Stripe ID: `cus_…`, `sub_…`.',
    example: 'ada@example.com',
  })
  @IsOptional()
  @MaxLength(320, { message: 'must be at most 320 characters long' })
  @IsString({ message: 'must be given once' })
  q?: string;

  @PageLimit({ maximum: 200, default: 50 })
  limit?: number;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.', format: 'uuid' })
  @IsOptional()
  @IsString({ message: 'must be the nextCursor of a page' })
  cursor?: string;
}

export class AccountEntryDto implements Omit<AccountEntry, 'accountId' | 'status'> {
  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'cus_QXg1o8vlGmRkp2' })
  customerId!: string;

  @ApiProperty({ example: 'sub_1PgafTB7WZ01zgkWb3Hc2XyZ' })
  subscriptionId!: string;

  @ApiProperty({ example: 'standard' })
  plan!: string;

  @ApiProperty({ description: 'The subscription status at Stripe.', example: 'active' })
  status!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the customer was deleted.',
  })
  closedAt!: Date | null;

  @ApiProperty({
    type: [String],
    description: 'Subscription items beyond the first on one meter: there should be none.',
  })
  surplusItems!: string[];

  @ApiProperty({
    type: String,
    enum: ['present', 'missing', 'not_needed'],
    nullable: true,
    description: 'Whether invoices can be collected; null until it was first compared with Stripe.',
  })
  paymentMethod!: 'present' | 'missing' | 'not_needed' | null;

  @ApiProperty({
    type: String,
    enum: ['void', 'keep_as_draft', 'mark_uncollectible'],
    nullable: true,
    description:
      'How Stripe handles new invoices while collection is paused; null while it is not. Calls still work.',
  })
  collectionPaused!: 'void' | 'keep_as_draft' | 'mark_uncollectible' | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The plan that a Stripe schedule changes it to; the current plan where a new price is scheduled.',
  })
  pendingPlan!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the scheduled change takes effect.',
  })
  pendingAt!: Date | null;
}

export class AccountEntriesDto {
  @ApiProperty({ type: [AccountEntryDto], description: 'Newest first.' })
  accounts!: AccountEntryDto[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page; null at the end.' })
  nextCursor!: string | null;
}

export class AccountUsageDto {
  @ApiProperty({ example: 'calls' })
  meter!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  periodStart!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  periodEnd!: Date;

  @ApiProperty({ description: "The meter's total: a whole number.", example: '42' })
  value!: string;

  @ApiProperty({ description: 'Of this, what was recorded for reporting to Stripe.', example: '42' })
  reported!: string;

  @ApiProperty({ deprecated: true, description: 'Use `reported`.', example: '42' })
  told!: string;
}

export class AccountTokenDto {
  @ApiProperty({ format: 'uuid' })
  jti!: string;

  @ApiProperty({ example: 'production' })
  name!: string;

  @ApiProperty({ description: 'The end user it is for, or the customer.' })
  user!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  issuedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: Date | null;
}

export class AccountCallDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({ example: 'GET' })
  verb!: string;

  @ApiProperty({ example: '/items/:id' })
  route!: string;

  @ApiProperty({ example: 200 })
  status!: number;

  @ApiProperty({ example: 12.345 })
  durationMs!: number;

  @ApiProperty({ example: 0 })
  units!: number;

  @ApiProperty()
  user!: string;
}
