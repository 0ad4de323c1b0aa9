import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { SCOPES, type Scope, TOKEN_ROLES, type TokenRole } from '../../platform/identity/scopes.js';

/** Letters, digits and what ids are made of; no control characters, which no column takes. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

const SCOPE_LIST = `must be a list of one or more of: ${SCOPES.join(', ')}`;

export class IssueTokenDto {
  @ApiProperty({ description: 'Name shown in the list.', example: 'production', maxLength: 100 })
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  @MaxLength(100, { message: 'must be at most 100 characters long' })
  @MinLength(1, { message: 'must not be empty' })
  @IsString({ message: 'is required: a name for the token' })
  name!: string;

  @ApiPropertyOptional({
    description:
      'Your ID of the end user the token is for. Its calls count for that user, and it can call the API only. Without it, the token is your own.',
    example: 'user-42',
    maxLength: 200,
  })
  @IsOptional()
  @Matches(PRINTABLE, { message: 'must not contain control characters' })
  @MaxLength(200, { message: 'must be at most 200 characters long' })
  @MinLength(1, { message: 'must not be empty' })
  @IsString({ message: 'must be a text' })
  user?: string;

  @ApiPropertyOptional({
    description:
      '`call` the API, `read` the account (usage, calls, invoices, tokens), `manage` it (tokens, plan, payment). Absent: those of the token that you send; for an end user `call`.',
    enum: SCOPES,
    isArray: true,
    example: ['call'],
  })
  @IsOptional()
  @ArrayUnique({ message: 'must name each scope once' })
  @IsIn(SCOPES, { each: true, message: SCOPE_LIST })
  @ArrayNotEmpty({ message: SCOPE_LIST })
  @IsArray({ message: SCOPE_LIST })
  scopes?: Scope[];
}

export class TokenDto {
  @ApiProperty({ description: 'The id of the token, by which it is revoked.', format: 'uuid' })
  jti!: string;

  @ApiProperty({ example: 'production' })
  name!: string;

  @ApiProperty({ description: 'The end user it is for, or your customer id.' })
  user!: string;

  @ApiProperty({ enum: TOKEN_ROLES, description: '`owner`: your own. `end_user`: it can call the API only.' })
  role!: TokenRole;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: Scope[];

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

  @ApiProperty({ enum: TOKEN_ROLES })
  role!: TokenRole;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: Scope[];

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;
}
