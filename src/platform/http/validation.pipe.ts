import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { FareboxError, type FieldProblem } from '../errors/farebox-error.js';

/** Checks request bodies against their DTO classes: unknown fields are refused, every bad field is named. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    // The values themselves could be personal data or secrets.
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new FareboxError('validation_failed', 'Some fields cannot be accepted. See "errors".', {
        fields: errors.flatMap((error) => problemsOf(error)),
      }),
  });
}

function problemsOf(error: ValidationError, parent = ''): FieldProblem[] {
  const field = parent ? `${parent}.${error.property}` : error.property;
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) return [{ field, message: 'is not a known field; leave it out' }];
  const own = Object.values(constraints).map((message) => ({
    field,
    message: message.replace(`${error.property} `, ''),
  }));
  // One message a field is enough; the first constraint listed last on the property wins in class-validator's order.
  return [...own.slice(-1), ...(error.children ?? []).flatMap((child) => problemsOf(child, field))];
}
