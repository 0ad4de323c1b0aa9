import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

/** Letters, digits and what ids are made of; no control characters, which no column takes. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

export class IssueTokenDto {
  @ApiProperty({ description: 'What you call it in the list.', example: 'production', maxLength: 100 })
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  @MaxLength(100, { message: 'must be at most 100 characters long' })
  @MinLength(1, { message: 'must not be empty' })
  @IsString({ message: 'is missing: what to call the token' })
  name!: string;

  @ApiPropertyOptional({
    description:
      'Your id of the end user for whom it is. Calls with it count for that user; it cannot manage tokens. Without, the token is your own.',
    example: 'user-42',
    maxLength: 200,
  })
  @IsOptional()
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  @MaxLength(200, { message: 'must be at most 200 characters long' })
  @MinLength(1, { message: 'must not be empty' })
  @IsString({ message: 'must be a text' })
  user?: string;
}

export class TokenDto {
  @ApiProperty({ description: 'The id of the token, by which it is revoked.', format: 'uuid' })
  jti!: string;

  @ApiProperty({ example: 'production' })
  name!: string;

  @ApiProperty({ description: 'The end user it is for, or your customer id.' })
  user!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  issuedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Within a minute or so.' })
  lastUsedAt!: Date | null;
}

export class ListedTokenDto extends TokenDto {
  @ApiProperty({ description: 'Whether it is the one that this request was made with.' })
  current!: boolean;
}

export class TokenListDto {
  @ApiProperty({ type: [ListedTokenDto] })
  tokens!: ListedTokenDto[];
}

export class IssuedTokenDto {
  @ApiProperty({ description: 'The token: shown here, and never again.' })
  jwt!: string;

  @ApiProperty({ format: 'uuid' })
  jti!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  user!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;
}
