import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const trim = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
/** Control characters: PostgreSQL refuses NUL, and none of them belongs in a name. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
const MAX_NAME = 100;

/** Stripe takes up to 512 characters for an email; mail itself up to 254. */
const MAX_EMAIL = 254;

export class RegisterDto {
  @ApiProperty({
    description: 'Compared without regard to case and outer blanks.',
    example: 'ada@example.com',
    maxLength: MAX_EMAIL,
    format: 'email',
  })
  @trim
  @IsEmail({}, { message: 'must be an email address' })
  @MaxLength(MAX_EMAIL, { message: `must be at most ${MAX_EMAIL} characters long` })
  email!: string;

  @ApiProperty({ example: 'Ada', maxLength: MAX_NAME })
  @trim
  @IsNotEmpty({ message: 'must not be empty' })
  @MaxLength(MAX_NAME, { message: `must be at most ${MAX_NAME} characters long` })
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  @IsString({ message: 'is missing: a text' })
  firstname!: string;

  @ApiProperty({ example: 'Lovelace', maxLength: MAX_NAME })
  @trim
  @IsNotEmpty({ message: 'must not be empty' })
  @MaxLength(MAX_NAME, { message: `must be at most ${MAX_NAME} characters long` })
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  @IsString({ message: 'is missing: a text' })
  lastname!: string;

  @ApiPropertyOptional({
    description: 'The id of a plan from GET /plans; the default plan when absent.',
    example: 'standard',
  })
  @IsOptional()
  @MaxLength(MAX_NAME, { message: `must be at most ${MAX_NAME} characters long` })
  @IsString({ message: 'must be the id of a plan, see GET /plans' })
  plan?: string;
}

/** The answer: who you are at Stripe, and the token for the paid endpoints. */
export class RegisteredDto {
  @ApiProperty({
    description: 'The token: send it as `Authorization: Bearer …`. It is shown this once.',
    example: 'eyJhbGciOiJIUzI1NiIs…',
  })
  jwt!: string;

  @ApiProperty({ description: "Stripe's id of the customer.", example: 'cus_TQ8xYJ2eZvKYlo' })
  customerId!: string;

  @ApiProperty({ description: "Stripe's id of the subscription.", example: 'sub_1SQ8xYJ2eZvKYlo2CJ9' })
  subscriptionId!: string;

  @ApiProperty({ description: 'The id of the plan.', example: 'standard' })
  plan!: string;
}
