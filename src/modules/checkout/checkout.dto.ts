import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../registration/index.js';

export class CheckoutDto {
  @ApiPropertyOptional({
    description: 'The id of a plan from GET /plans; the default plan when absent.',
    example: 'standard',
  })
  @IsOptional()
  @IsString({ message: 'must be the id of a plan, see GET /plans' })
  @MaxLength(100, { message: 'must be at most 100 characters long' })
  plan?: string;

  @ApiPropertyOptional({
    description: 'Pre-fills the email on the payment page; asked for there when absent.',
    example: 'ada@example.com',
    maxLength: 254,
    format: 'email',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString({ message: 'must be a string' })
  @MaxLength(254, { message: 'must be at most 254 characters long' })
  @IsEmailAddress()
  email?: string;
}

export class OpenedCheckoutDto {
  @ApiProperty({
    description: 'The payment page: redirect the browser there.',
    example: 'https://checkout.stripe.com/c/pay/cs_test_a1…',
  })
  url!: string;

  @ApiProperty({ description: 'The Stripe session ID.', example: 'cs_test_a1b2c3' })
  sessionId!: string;
}

export class PricingTableDto {
  @ApiProperty({ description: 'Stripe’s script with the element <stripe-pricing-table>.' })
  script!: string;

  @ApiProperty({ example: 'prctbl_1SQ8xYJ2eZvKYlo2C' })
  id!: string;

  @ApiProperty({ example: 'pk_test_…' })
  publishableKey!: string;

  @ApiProperty({ description: 'Binds the payment to this browser.', example: 'farebox-…' })
  clientReferenceId!: string;
}

export class CheckoutOptionsDto {
  @ApiProperty({
    description: 'The pricing table to embed; null: show the plans of GET /plans.',
    nullable: true,
    type: PricingTableDto,
  })
  pricingTable!: PricingTableDto | null;
}
