import { ApiProperty } from '../../../platform/http/openapi.js';
import { Transform } from 'class-transformer';
import { IsString, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../../registration/index.js';

const MAX_EMAIL = 254;

export class SignInDto {
  @ApiProperty({
    description: 'Case-insensitive; surrounding spaces are ignored.',
    example: 'ada@example.com',
    maxLength: MAX_EMAIL,
    format: 'email',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString({ message: 'is required' })
  @MaxLength(MAX_EMAIL, { message: `must be at most ${MAX_EMAIL} characters long` })
  @IsEmailAddress()
  email!: string;
}

export class SignInAnswerDto {
  @ApiProperty({ example: 'If this email has an account, a sign-in link is on its way to it.' })
  message!: string;
}
