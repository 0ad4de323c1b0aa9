import { applyDecorators } from '@nestjs/common';
import { IsEmail, Matches } from 'class-validator';

/** Before the @, nothing that no reader sees (zero-width space, soft hyphen, marks of direction): it would look like another's. */
const VISIBLE = /^[^@\p{Cf}]+@/u;

export const IsEmailAddress = (): PropertyDecorator =>
  applyDecorators(
    Matches(VISIBLE, { message: 'must not contain invisible characters before the @' }),
    IsEmail({}, { message: 'must be an email address' }),
  );
