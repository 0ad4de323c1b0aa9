import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { type UsageDifference, VERDICTS } from '../metering/index.js';

const CUSTOMER = /^cus_\w{1,200}$/;
const NOT_A_CUSTOMER = 'must be the id of a customer: cus_…';
/** As `differences` give it: a time without an offset would mean another moment on each machine. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const NOT_A_TIME = 'must be the periodStart of a difference: 2026-11-21T08:00:00.000Z';

export class ReportDto {
  @ApiProperty({ description: 'Numbers that were written down to be told.' })
  planned!: number;

  @ApiProperty()
  sent!: number;

  @ApiProperty({ description: 'For what they say; tried again in an hour.' })
  refused!: number;

  @ApiProperty({ description: 'Not told because Stripe was away or asked for time; tried again soon.' })
  postponed!: number;

  @ApiProperty({ description: "Found in Stripe's totals." })
  proven!: number;

  @ApiProperty({ description: 'Taken and never counted, by evidence: reported again by the next report.' })
  lost!: number;

  @ApiProperty({
    description:
      "Settled and not in Stripe's totals: they wait for evidence that they are lost and not late.",
  })
  absent!: number;

  @ApiProperty({
    description: 'Would count as lost and are too many to be believed: none is reported again. 0: none.',
  })
  breaker!: number;

  @ApiProperty({ description: 'Customers and meters whose totals could not be read.' })
  unknown!: number;

  @ApiProperty({ description: 'Customers and meters whose totals say something else than was told.' })
  mismatched!: number;

  @ApiProperty({ description: 'Older than 35 days, or more than 15 digits: the log names them.' })
  untellable!: number;
}

export class ReconcileDto {
  @ApiPropertyOptional({ description: 'Of one customer alone.', example: 'cus_QXg1o8vlGmRkp2' })
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
      "`to_tell`: the next report tells it. `settling`: told, and Stripe's totals lag. `miscounted`: the meter is not what the raw calls come to. `late`: found after the invoice was final; `bill-late` puts it on the next. `billed`: it was late, and was billed so. `missing`: Stripe shows less than it took. `excess`: it shows more than it was told; `adjust` takes it back. `gone`: Stripe has deleted the customer. `unknown`: its totals could not be read. `pending`: the period has ended, and its invoice is a draft or yet to come. `uninvoiced`: invoices have less than was used; `bill-late` bills it. `overinvoiced`: they have more.",
  })
  verdict!: string;

  @ApiProperty({ description: 'Counted anew from the raw calls.' })
  ledger!: string;

  @ApiProperty({ description: 'What the meter shows.' })
  counted!: string;

  @ApiProperty({ description: 'What Stripe took.' })
  told!: string;

  @ApiProperty({ description: 'Billed late, as invoice items.' })
  billed!: string;

  @ApiProperty({ description: 'Given up by an operator: not reported, and not missing.' })
  waived!: string;

  @ApiProperty({ description: "What Stripe's totals show." })
  stripe!: string;

  @ApiProperty({ description: 'Units on lines of final invoices; empty while nothing can be on one.' })
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

  @ApiProperty({ description: 'What to do, and what is to be known of its invoices; empty for nothing.' })
  advice!: string;
}

export class ReconciledDto {
  @ApiProperty({ description: 'Customers, meters and billing periods.' })
  compared!: number;

  @ApiProperty({ description: 'Of these, where all books say the same.' })
  equal!: number;

  @ApiProperty({ type: [DifferenceDto], description: 'The rest; 1,000 at most.' })
  differences!: DifferenceDto[];
}

export class ChecksQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 10 })
  @IsOptional()
  @Max(100, { message: 'must be at most 100' })
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number' })
  @Type(() => Number)
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
  @ApiProperty({ type: [CheckDto], description: 'Of everybody, newest first.' })
  checks!: CheckDto[];
}

export class AdjustDto {
  @ApiProperty({ example: 'cus_QXg1o8vlGmRkp2' })
  @Matches(CUSTOMER, { message: NOT_A_CUSTOMER })
  customerId!: string;

  @ApiProperty({ description: 'Its name in the catalogue.', example: 'calls' })
  @MaxLength(200, { message: 'must be at most 200 characters long' })
  @IsString({ message: 'is missing: the name of the meter' })
  meter!: string;

  @ApiProperty({ description: '`periodStart` of the difference.', example: '2026-11-21T08:00:00.000Z' })
  @Matches(TIME, { message: NOT_A_TIME })
  @IsISO8601({ strict: true }, { message: NOT_A_TIME })
  periodStart!: string;
}

export class AdjustedDto {
  @ApiProperty({ description: 'What was written down to be told: less than 0.', example: '-5' })
  value!: string;

  @ApiProperty({ description: 'Whether Stripe took it at once; otherwise it is tried again.' })
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
    description: 'The invoice item at Stripe; null when the units cost nothing more, so that none is needed.',
    example: 'ii_1Sd8lBLYiULhX7Hz',
  })
  itemId!: string | null;

  @ApiProperty({
    description:
      'False when no subscription of the customer is live: then make an invoice in Stripe that takes it up.',
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
      '`later_event`: the totals show an event that was sent later. `rejected`: Stripe reported that it rejected it. null: nothing says that it is lost.',
  })
  evidence!: string | null;
}

export class AbsentUsagesDto {
  @ApiProperty({ type: [AbsentUsageDto], description: 'Oldest first; 1,000 at most.' })
  events!: AbsentUsageDto[];
}

export class WaiveDto extends AdjustDto {
  @ApiPropertyOptional({
    description: 'Cancel at Stripe what was sent within 24 hours, and give that up.',
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
