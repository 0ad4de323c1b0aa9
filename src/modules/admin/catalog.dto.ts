import { ApiProperty } from '../../platform/http/openapi.js';

class DifferenceOfChangeDto {
  @ApiProperty({ example: 'amount' })
  what!: string;

  @ApiProperty({ description: 'At Stripe; `-` for nothing.', example: '0.05 USD' })
  from!: string;

  @ApiProperty({ description: 'In the file.', example: '0.10 USD' })
  to!: string;
}

class ChangeDto {
  @ApiProperty({
    enum: ['meter', 'product', 'price', 'base fee', 'webhook', 'event destination', 'subscription'],
  })
  kind!: string;

  @ApiProperty({ example: 'standard' })
  name!: string;

  @ApiProperty({ enum: ['create', 'change', 'reactivate', 'archive', 'migrate', 'refuse'] })
  action!: string;

  @ApiProperty({ type: String, nullable: true, description: "Stripe's; null while there is none." })
  id!: string | null;

  @ApiProperty({ type: [DifferenceOfChangeDto] })
  differences!: DifferenceOfChangeDto[];

  @ApiProperty({ required: false, description: 'Why it cannot be applied, and what to do.' })
  message?: string;
}

export class DriftDto {
  @ApiProperty({ description: 'The file, or the setting.', example: 'monetization.yaml' })
  source!: string;

  @ApiProperty({
    type: [ChangeDto],
    description: 'What `catalog apply` would do; empty if Stripe matches the file.',
  })
  changes!: ChangeDto[];

  @ApiProperty({ type: [String] })
  notes!: string[];
}

class PlanRevenueDto {
  @ApiProperty({ example: 'standard' })
  plan!: string;

  @ApiProperty({ type: String, nullable: true, example: 'My API' })
  name!: string | null;

  @ApiProperty({ description: 'Accounts that are charged.' })
  accounts!: number;

  @ApiProperty({ description: 'Accounts in trial: their usage is not charged.' })
  trialing!: number;

  @ApiProperty({ description: 'Usage of the charged accounts: a whole number.', example: '42' })
  units!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'usd',
    description: 'Null, like the amounts, if the price is not in the catalog.',
  })
  currency!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '4.20' })
  usage!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Charged in advance.', example: '0.00' })
  baseFees!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '4.20' })
  total!: string | null;
}

class CurrencyTotalDto {
  @ApiProperty({ example: 'usd' })
  currency!: string;

  @ApiProperty({ example: '4.20' })
  total!: string;
}

export class RevenueDto {
  @ApiProperty({ type: [PlanRevenueDto] })
  plans!: PlanRevenueDto[];

  @ApiProperty({ type: [CurrencyTotalDto], description: 'The amounts that are known, by currency.' })
  totals!: CurrencyTotalDto[];
}
