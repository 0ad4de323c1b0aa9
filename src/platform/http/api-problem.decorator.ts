import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from './openapi.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { problem } from './problem-details.js';
import { STATUS_OF } from './status-of.js';

export const PROBLEM_TYPE = 'application/problem+json';

class FieldProblemBody {
  @ApiProperty({ description: 'The name of the field.', example: 'email' })
  field!: string;

  @ApiProperty({ description: 'What is wrong with it and what to do.', example: 'must be an email address' })
  message!: string;
}

/** The document's name for the body of every error. */
export class ProblemBody {
  @ApiProperty({ example: 'urn:farebox:problem:validation_failed' })
  type!: string;

  @ApiProperty({ example: 'Bad Request' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ description: 'A message for people.', example: 'Some fields are invalid. See "errors".' })
  detail!: string;

  @ApiProperty({ description: 'An error code for programs.', example: 'validation_failed' })
  code!: string;

  @ApiProperty({
    description: 'The same as the header x-request-id.',
    example: '019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55',
  })
  requestId!: string;

  @ApiProperty({ type: [FieldProblemBody], required: false })
  errors?: FieldProblemBody[];
}

/** Documents the errors of a route: for each code, when it comes. Codes of one status share an entry. */
export function ApiProblems(problems: Partial<Record<ErrorCode, string>>): MethodDecorator & ClassDecorator {
  const groups = new Map<number, [ErrorCode, string][]>();
  for (const [code, when] of Object.entries(problems) as [ErrorCode, string][]) {
    const status = STATUS_OF[code];
    groups.set(status, [...(groups.get(status) ?? []), [code, when]]);
  }
  return applyDecorators(
    ...[...groups].map(([status, entries]) => ApiResponse({ status, ...problemResponse(status, entries) })),
  );
}

/** The document's entry for a status: the codes that it comes with, and when. */
export function problemResponse(status: number, entries: readonly (readonly [ErrorCode, string])[]) {
  const retry = entries.some(([code]) => status === 503 || code === 'rate_limited');
  return {
    description: entries.map(([code, when]) => `\`${code}\`: ${when}`).join('<br>'),
    ...(retry
      ? {
          headers: {
            'Retry-After': {
              description: 'Seconds to wait before retrying.',
              schema: { type: 'integer' },
            },
          },
        }
      : {}),
    content: {
      [PROBLEM_TYPE]: {
        schema: { $ref: '#/components/schemas/ProblemBody' },
        examples: Object.fromEntries(
          entries.map(([code, when]) => [
            code,
            { value: problem(status, code, when, '019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55') },
          ]),
        ),
      },
    },
  } as const;
}
