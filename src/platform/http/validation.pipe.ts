import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { type FieldProblem, InvalidFieldsError } from '../errors/farebox-error.js';
import { assertPlain, withoutNulls } from './plain-input.js';

class PlainInputPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!this.toValidate(metadata)) return super.transform(value, metadata);
    // Done already: our own controllers bring the pipe along, and the reference application has it on all routes.
    if (metadata.metatype && value instanceof metadata.metatype) return value;
    assertPlain(value);
    return super.transform(metadata.type === 'body' ? withoutNulls(value) : value, metadata);
  }
}

/** More would not help the caller, and could be used to cause an answer of a megabyte. */
const MAX_PROBLEMS = 20;
const LONGEST_FIELD = 100;

/** Checks request bodies against their DTO classes: unknown fields are refused, every bad field is named. */
export function validationPipe(): ValidationPipe {
  return new PlainInputPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    // The values themselves could be personal data or secrets.
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new InvalidFieldsError(firstProblems(errors)),
  });
}

function firstProblems(errors: readonly ValidationError[]): FieldProblem[] {
  const problems = errors.slice(0, MAX_PROBLEMS).flatMap((error) => problemsOf(error));
  return problems
    .slice(0, MAX_PROBLEMS)
    .map(({ field, message }) => ({ field: field.slice(0, LONGEST_FIELD), message }));
}

function problemsOf(error: ValidationError, parent = ''): FieldProblem[] {
  const field = parent ? `${parent}.${error.property}` : error.property;
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) return [{ field, message: 'is not a known field; remove it' }];
  // class-validator lists a property's constraints from the lowest decorator up: the topmost has the best message.
  const [topmost] = Object.values(constraints).slice(-1);
  const own = topmost === undefined ? [] : [{ field, message: topmost }];
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, field))];
}
