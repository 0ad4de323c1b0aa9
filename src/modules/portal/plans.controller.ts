import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '../../platform/http/openapi.js';
import { Catalog, type OfferedPlan, offerOf } from '../../catalog/index.js';
import { Public } from '../auth/index.js';
import { OwnController } from '../../platform/http/own-routes.js';

class BillingPeriodDto {
  @ApiProperty({ enum: ['day', 'week', 'month', 'year'], example: 'month' })
  interval!: string;

  @ApiProperty({ example: 1 })
  count!: number;
}

class TierDto {
  @ApiProperty({ oneOf: [{ type: 'integer' }, { type: 'string', enum: ['inf'] }], example: 'inf' })
  upTo!: number | 'inf';

  @ApiProperty({ description: "In the currency's main unit, exact.", example: '0.10' })
  amount!: string;

  @ApiProperty({ description: 'Charged once when the step is reached.', example: '0.00' })
  flatFee!: string;
}

class OfferedPlanDto {
  @ApiProperty({ description: 'What POST /register takes as `plan`.', example: 'standard' })
  id!: string;

  @ApiProperty({ example: 'My API' })
  name!: string;

  @ApiProperty({ example: 'This is a monetized API' })
  description!: string;

  @ApiProperty({ description: 'The price as a sentence.', example: '$0.10 per call, billed monthly' })
  price!: string;

  @ApiProperty({ description: 'Whether registrations without a plan get this one.', example: true })
  default!: boolean;

  @ApiProperty({
    enum: ['standard', 'package', 'graduated', 'volume'],
    nullable: true,
    type: String,
    example: 'standard',
  })
  model!: string | null;

  @ApiProperty({ nullable: true, type: String, example: 'usd' })
  currency!: string | null;

  @ApiProperty({ nullable: true, type: BillingPeriodDto })
  billingPeriod!: BillingPeriodDto | null;

  @ApiProperty({ type: [TierDto] })
  tiers!: TierDto[];

  @ApiProperty({ description: 'Units per package; 1 unless the model is package.', example: 1 })
  packageSize!: number;

  @ApiProperty({ description: 'Free units per period.', example: 0 })
  free!: number;

  @ApiProperty({
    description: 'Charged in advance every period, in addition to usage.',
    nullable: true,
    type: String,
    example: null,
  })
  baseFee!: string | null;

  @ApiProperty({ description: 'Free trial in days.', example: 0 })
  trialDays!: number;
}

class OfferDto {
  @ApiProperty({ type: [OfferedPlanDto] })
  plans!: OfferedPlanDto[];
}

@ApiTags('Plans')
@Public()
@OwnController('plans', 'plans')
export class PlansController {
  private readonly plans: OfferedPlan[];

  constructor(catalog: Catalog) {
    this.plans = offerOf(catalog);
  }

  @Get()
  @ApiOperation({ summary: 'List plans and prices' })
  @ApiOkResponse({ type: OfferDto })
  list(): { plans: OfferedPlan[] } {
    return { plans: this.plans };
  }
}
