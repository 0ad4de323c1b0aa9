import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { Transform } from 'class-transformer';
import { IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsEmailAddress } from './email.decorator.js';

const trim = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
/** Control characters: PostgreSQL refuses NUL, and none of them belongs in a name. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
const MAX_NAME = 100;

/** Stripe takes up to 512 characters for an email; mail itself up to 254. */
const MAX_EMAIL = 254;

export class RegisterDto {
  @ApiProperty({
    description: 'Case-insensitive; surrounding spaces are ignored.',
    example: 'ada@example.com',
    maxLength: MAX_EMAIL,
    format: 'email',
  })
  @trim
  @IsString({ message: 'is required' })
  @IsNotEmpty({ message: 'must not be empty' })
  @MaxLength(MAX_EMAIL, { message: `must be at most ${MAX_EMAIL} characters long` })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ example: 'Ada', maxLength: MAX_NAME })
  @trim
  @IsString({ message: 'is required' })
  @IsNotEmpty({ message: 'must not be empty' })
  @MaxLength(MAX_NAME, { message: `must be at most ${MAX_NAME} characters long` })
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  firstname!: string;

  @ApiProperty({ example: 'Lovelace', maxLength: MAX_NAME })
  @trim
  @IsString({ message: 'is required' })
  @IsNotEmpty({ message: 'must not be empty' })
  @MaxLength(MAX_NAME, { message: `must be at most ${MAX_NAME} characters long` })
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  lastname!: string;

  @ApiPropertyOptional({
    description: 'The id of a plan from GET /plans; the default plan when absent.',
    example: 'standard',
  })
  @IsOptional()
  @IsString({ message: 'must be the id of a plan, see GET /plans' })
  @MaxLength(MAX_NAME, { message: `must be at most ${MAX_NAME} characters long` })
  plan?: string;
}

/** The answer: the customer's id at Stripe, and the token for the paid endpoints. */
export class RegisteredDto {
  @ApiProperty({
    description: 'The access token: send it as `Authorization: Bearer …`. It is shown once.',
    example: 'eyJhbGciOiJIUzI1NiIs…',
  })
  jwt!: string;

  @ApiProperty({ description: 'The Stripe customer ID.', example: 'cus_TQ8xYJ2eZvKYlo' })
  customerId!: string;

  @ApiProperty({ description: 'The Stripe subscription ID.', example: 'sub_1SQ8xYJ2eZvKYlo2CJ9' })
  subscriptionId!: string;

  @ApiProperty({ description: 'The plan ID.', example: 'standard' })
  plan!: string;
}

/** The answer where an email must be confirmed first: the same for every email. */
export class RegistrationMailedDto {
  @ApiProperty({ example: 'A link to your token is on its way to this email.' })
  message!: string;
}
