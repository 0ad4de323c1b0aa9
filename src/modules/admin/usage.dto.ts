import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { IsBoolean, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type UsageDifference, VERDICTS } from '../usage/index.js';
import { PageLimit } from '../../platform/http/page-limit.decorator.js';

const CUSTOMER = /^cus_\w{1,200}$/;
const NOT_A_CUSTOMER = 'must be the id of a customer: cus_…';
/** As `differences` returns it: a time without an offset would mean another moment on each machine. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const NOT_A_TIME = 'must be the periodStart of a difference: 2026-11-21T08:00:00.000Z';

export class ReportDto {
  @ApiProperty({ description: 'Usage events recorded for reporting.' })
  planned!: number;

  @ApiProperty()
  sent!: number;

  @ApiProperty({ description: 'Rejected by Stripe because of their content; retried in an hour.' })
  refused!: number;

  @ApiProperty({
    description: 'Not reported because Stripe was unavailable or rate limited us; retried soon.',
  })
  postponed!: number;

  @ApiProperty({ description: "Found in Stripe's totals." })
  proven!: number;

  @ApiProperty({ description: 'Accepted but lost, by evidence: reported again with the next report.' })
  lost!: number;

  @ApiProperty({
    description:
      "Settled but missing from Stripe's totals: waiting for evidence that they are lost rather than late.",
  })
  absent!: number;

  @ApiProperty({
    description: 'Look lost, but are too many at once to be plausible: none is reported again. 0: none.',
  })
  breaker!: number;

  @ApiProperty({ description: 'Customers and meters whose Stripe totals could not be read.' })
  unknown!: number;

  @ApiProperty({ description: "Customers and meters whose Stripe totals don't match what was reported." })
  mismatched!: number;

  @ApiProperty({
    description: 'Cannot be reported: older than 35 days, or more than 15 digits. The log lists them.',
  })
  unreportable!: number;

  @ApiProperty({ deprecated: true, description: 'Use `unreportable`.' })
  untellable!: number;
}

export class ReconcileDto {
  @ApiPropertyOptional({ description: 'Limit to one customer.', example: 'cus_QXg1o8vlGmRkp2' })
  @IsOptional()
  @Matches(CUSTOMER, { message: NOT_A_CUSTOMER })
  customerId?: string;
}

export class DifferenceDto implements UsageDifference {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  meter!: string;

  @ApiProperty({ format: 'date-time' })
  periodStart!: string;

  @ApiProperty({
    enum: VERDICTS.filter((verdict) => verdict !== 'equal'),
    description:
      "`to_tell`: unreported, will be sent with the next report. `settling`: reported, but Stripe's totals lag. `miscounted`: the meter differs from the recorded calls. `late`: found after the invoice was finalized; `bill-late` bills it on the next one. `billed`: late usage that was billed. `missing`: Stripe's total is less than what it accepted. `excess`: Stripe's total is more than was reported; `adjust` corrects it. `gone`: the customer was deleted at Stripe. `unknown`: Stripe's totals could not be read. `pending`: the period has ended, and its invoice is a draft or not created yet. `uninvoiced`: invoiced less than was used; `bill-late` bills it. `overinvoiced`: invoiced more than was used.",
  })
  verdict!: string;

  @ApiProperty({ description: 'Recounted from the recorded calls.' })
  ledger!: string;

  @ApiProperty({ description: "The meter's total." })
  counted!: string;

  @ApiProperty({ description: 'Accepted by Stripe.' })
  reported!: string;

  @ApiProperty({ deprecated: true, description: 'Use `reported`.' })
  told!: string;

  @ApiProperty({ description: 'Billed late, as invoice items.' })
  billed!: string;

  @ApiProperty({ description: 'Waived by an operator: not reported, and not missing.' })
  waived!: string;

  @ApiProperty({ description: "Stripe's total." })
  stripe!: string;

  @ApiProperty({ description: 'Units on lines of finalized invoices; empty before the first one.' })
  invoiced!: string;

  @ApiProperty({
    description:
      'By credit notes, of the whole invoices that bill it, in units of `currency`; empty for nothing.',
    example: '3.00',
  })
  credited!: string;

  @ApiProperty({ description: 'Refunded, in the same way.' })
  refunded!: string;

  @ApiProperty({ description: 'Disputed and not won, in the same way.' })
  disputed!: string;

  @ApiProperty({ description: 'Of these amounts; empty without any.', example: 'usd' })
  currency!: string;

  @ApiProperty({ description: 'Recommended action and invoice details; empty if none.' })
  advice!: string;
}

export class ReconciledDto {
  @ApiProperty({ description: 'Customers, meters and billing periods.' })
  compared!: number;

  @ApiProperty({ description: 'Of these, without any discrepancy.' })
  equal!: number;

  @ApiProperty({ type: [DifferenceDto], description: 'Rows with a discrepancy; at most 1,000.' })
  differences!: DifferenceDto[];
}

export class ChecksQueryDto {
  @PageLimit({ maximum: 100, default: 10 })
  limit?: number;
}

export class CheckDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  checkedAt!: Date;

  @ApiProperty({ description: 'Customers, meters and billing periods.' })
  compared!: number;

  @ApiProperty({ type: [DifferenceDto] })
  differences!: DifferenceDto[];
}

export class ChecksDto {
  @ApiProperty({ type: [CheckDto], description: 'Of all customers, newest first.' })
  checks!: CheckDto[];
}

export class AdjustDto {
  @ApiProperty({ example: 'cus_QXg1o8vlGmRkp2' })
  @Matches(CUSTOMER, { message: NOT_A_CUSTOMER })
  customerId!: string;

  @ApiProperty({ description: 'Meter name in the catalog.', example: 'calls' })
  @MaxLength(200, { message: 'must be at most 200 characters long' })
  @IsString({ message: 'is required: the name of the meter' })
  meter!: string;

  @ApiProperty({ description: '`periodStart` of the difference.', example: '2026-11-21T08:00:00.000Z' })
  @Matches(TIME, { message: NOT_A_TIME })
  @IsISO8601({ strict: true }, { message: NOT_A_TIME })
  periodStart!: string;
}

export class AdjustedDto {
  @ApiProperty({ description: 'The correction that was recorded for reporting: less than 0.', example: '-5' })
  value!: string;

  @ApiProperty({ description: 'Whether Stripe accepted it immediately; otherwise it is retried.' })
  reported!: boolean;

  @ApiProperty({ deprecated: true, description: 'Use `reported`.' })
  told!: boolean;
}

export class BilledLateDto {
  @ApiProperty({ description: 'Of the decision, within customer, meter and period.', example: 1 })
  number!: number;

  @ApiProperty({ description: 'Less than 0 when too much was billed.', example: '3' })
  units!: string;

  @ApiProperty({ description: 'In units of the currency; less than 0 is a credit.', example: '2.75' })
  amount!: string;

  @ApiProperty({ example: 'usd' })
  currency!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The invoice item at Stripe; null when the units cost nothing.',
    example: 'ii_1Sd8lBLYiULhX7Hz',
  })
  itemId!: string | null;

  @ApiProperty({
    description:
      'False when the customer has no live subscription: then create an invoice in Stripe that includes the item.',
  })
  invoiceComes!: boolean;
}

export class AbsentUsageDto {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  meter!: string;

  @ApiProperty({ format: 'date-time' })
  periodStart!: string;

  @ApiProperty({ description: 'Of the event, within customer, meter and period.' })
  number!: number;

  @ApiProperty({ example: '3' })
  units!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sentAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  absentSince!: Date | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['later_event', 'rejected'],
    description:
      '`later_event`: the totals show an event that was sent later. `rejected`: Stripe reported that it rejected it. null: no evidence that it is lost.',
  })
  evidence!: string | null;
}

export class AbsentUsagesDto {
  @ApiProperty({ type: [AbsentUsageDto], description: 'Oldest first; 1,000 at most.' })
  events!: AbsentUsageDto[];
}

export class WaiveDto extends AdjustDto {
  @ApiPropertyOptional({
    description: 'Cancel events sent in the last 24 hours at Stripe, and waive them.',
    default: false,
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  cancel?: boolean;
}

export class DecidedUsageDto {
  @ApiProperty({ description: 'Meter events.' })
  events!: number;

  @ApiProperty({ example: '3' })
  units!: string;
}
