import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { IsOptional, Matches } from 'class-validator';
import { INVOICE_STATUSES, type InvoiceStatus } from '../billing/ports/invoice-gateway.js';
import { PageLimit } from '../../platform/http/page-limit.decorator.js';

export const MAX_INVOICES = 50;
export const DEFAULT_INVOICES = 12;
export const MAX_LINES = 100;
/** The customer whose invoices come next, and the invoice after which they begin. */
export const INVOICE_CURSOR = /^(cus_\w{1,200})\.(in_\w{1,200})?$/;
const LINE_CURSOR = /^il_\w{1,200}$/;
const AMOUNT = "In the currency's main unit; below zero for a credit.";

export class PreviewLineDto {
  @ApiProperty({ example: '100 × My API (Tier 1 at $10.00 / month)' })
  description!: string;

  @ApiProperty({ description: 'Units; packages where we calculate the invoice.', example: '100' })
  quantity!: string;

  @ApiProperty({
    description:
      "Price per unit in the currency's main unit, exact; null if there is none, such as for packages.",
    type: String,
    nullable: true,
    example: '10.00',
  })
  unitAmount!: string | null;

  @ApiProperty({ description: AMOUNT, example: '1000.00' })
  amount!: string;

  @ApiPropertyOptional({ description: 'The meter of the line; absent for lines that are not usage.' })
  meter?: string;

  @ApiPropertyOptional({ description: 'The tier, from 1.', example: 1 })
  tier?: number;
}

export class OwnPreviewDto {
  @ApiProperty({ example: '1000.00' })
  total!: string;

  @ApiProperty({ type: [PreviewLineDto] })
  lines!: PreviewLineDto[];
}

export class InvoicePreviewDto {
  @ApiProperty({ example: 'usd' })
  currency!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  periodStart!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  periodEnd!: Date;

  @ApiProperty({
    enum: ['answered', 'unavailable', 'no_invoice'],
    description:
      '`unavailable`: Stripe is not available, `total` and `lines` are calculated by us. `no_invoice`: the subscription has ended, there is no further invoice.',
  })
  stripe!: 'answered' | 'unavailable' | 'no_invoice';

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Time of the answer from Stripe, UTC: seconds ago at most, unless the request budget for Stripe is spent. Null while Stripe is not available.',
  })
  stripeAt!: Date | null;

  @ApiProperty({ description: `The upcoming invoice's total now. ${AMOUNT}`, example: '1000.00' })
  total!: string;

  @ApiProperty({ type: [PreviewLineDto] })
  lines!: PreviewLineDto[];

  @ApiProperty({
    type: OwnPreviewDto,
    description:
      'Usage by our own meters at catalog prices, and what Stripe bills in addition (fees, credits).',
  })
  ours!: OwnPreviewDto;

  @ApiProperty({
    description: 'Whether the two totals differ, which is normal until recent usage is synced to Stripe.',
  })
  differs!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When your usage was last synced to Stripe, UTC; null if never.',
  })
  reportedAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The latest start of the next sync to Stripe, UTC; null if usage is not reported from here.',
  })
  nextReportAt!: Date | null;
}

export class InvoiceLineDto {
  @ApiProperty({ example: 'il_1' })
  id!: string;

  @ApiProperty({ example: '1234 × My API (at $0.10 / month)' })
  description!: string;

  @ApiProperty({ example: '1234' })
  quantity!: string;

  @ApiProperty({ description: AMOUNT, example: '123.40' })
  amount!: string;

  @ApiPropertyOptional({ description: 'The meter of the line: its calls can be listed.' })
  meter?: string;
}

export class InvoiceDto {
  @ApiProperty({ example: 'in_1' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for a draft.', example: 'FARE-0001' })
  number!: string | null;

  @ApiProperty({ enum: INVOICE_STATUSES })
  status!: InvoiceStatus;

  @ApiProperty({ description: AMOUNT, example: '123.40' })
  total!: string;

  @ApiProperty({ example: 'usd' })
  currency!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  periodStart!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  periodEnd!: Date;

  @ApiPropertyOptional({ description: 'Stripe’s page to view and pay the invoice; absent for a draft.' })
  hostedUrl?: string;

  @ApiProperty({ type: [InvoiceLineDto], description: 'The first ones, if `moreLines`.' })
  lines!: InvoiceLineDto[];

  @ApiProperty({ description: 'Whether there are more lines: `GET /account/invoices/{id}/lines`.' })
  moreLines!: boolean;
}

export class InvoiceLinePageDto {
  @ApiProperty({ type: [InvoiceLineDto] })
  lines!: InvoiceLineDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `cursor` of the next page; null at the end.',
  })
  nextCursor!: string | null;
}

export class InvoiceLinesQueryDto {
  @PageLimit({ maximum: MAX_LINES, default: MAX_LINES })
  limit?: number;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous page.' })
  @IsOptional()
  @Matches(LINE_CURSOR, { message: 'must be the nextCursor of a page' })
  cursor?: string;
}

export class InvoicePageDto {
  @ApiProperty({
    type: [InvoiceDto],
    description: 'Newest first. A page may be short, or empty, and still have a next one.',
  })
  invoices!: InvoiceDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `cursor` of the next page; null at the end.',
  })
  nextCursor!: string | null;
}

export class InvoicesQueryDto {
  @PageLimit({ maximum: MAX_INVOICES, default: DEFAULT_INVOICES })
  limit?: number;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous page.' })
  @IsOptional()
  @Matches(INVOICE_CURSOR, { message: 'must be the nextCursor of a page' })
  cursor?: string;
}
