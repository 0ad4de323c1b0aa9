import { STATUS_CODES } from 'node:http';
import type { ErrorCode } from '../errors/error-codes.js';
import type { FieldProblem } from '../errors/farebox-error.js';

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** An error as clients read it: RFC 9457, with our `code`, the id of the request, and the fields at fault. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  requestId: string;
  errors?: readonly FieldProblem[];
}

/** `type` is a URN rather than an address: it identifies, and promises no page. */
export function problem(
  status: number,
  code: ErrorCode,
  detail: string,
  requestId: string,
  errors?: readonly FieldProblem[],
): ProblemDetails {
  return {
    type: `urn:farebox:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    requestId,
    ...(errors ? { errors } : {}),
  };
}
