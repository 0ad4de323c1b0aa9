import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { findFareboxError } from '../errors/farebox-error.js';
import { PROBLEM_JSON, problem } from './problem-details.js';
import { codeOfStatus } from './status-of.js';

/** What an exception of the application around us is answered with. */
export interface HostsAnswer {
  status: number;
  /** The content type of the body. */
  type: string;
  body: object;
}

/** The limits on our own routes speak by it. */
const THROTTLER = 'ThrottlerException';
/** The fields of what Nest makes of a message. */
const NESTS_OWN = new Set(['statusCode', 'message', 'error']);

/**
 * An exception that a handler, guard or pipe threw on purpose keeps its status and what it says: a body as it is; a
 * message in our form, beside Nest's own fields. `undefined` for what is ours, the framework's, or nobody's purpose.
 */
export function hostsAnswer(thrown: unknown, requestId: string): HostsAnswer | undefined {
  if (findFareboxError(thrown) || (thrown as Error | null)?.name === THROTTLER) return undefined;
  if (thrown instanceof HttpException) return answerOf(thrown.getStatus(), thrown.getResponse(), requestId);
  const status = statusOfError(thrown);
  if (status === undefined) return undefined;
  const { message, expose } = thrown as { message: unknown; expose?: unknown };
  // As `http-errors` has it: what a failure says is for the log.
  const says =
    typeof message === 'string' && (expose ?? status < 500) ? message : (STATUS_CODES[status] ?? 'Error');
  return answerOf(status, says, requestId);
}

function answerOf(status: number, response: string | object, requestId: string): HostsAnswer {
  const body = typeof response === 'string' ? { statusCode: status, message: response } : response;
  if (body instanceof Error) return answerOf(status, STATUS_CODES[status] ?? 'Error', requestId);
  if (Array.isArray(body) || Object.keys(body).some((name) => !NESTS_OWN.has(name)))
    return { status, type: 'application/json; charset=utf-8', body };
  const { message } = body as { message?: unknown };
  const form = problem(status, codeOfStatus(status), detailOf(message), requestId);
  return { status, type: PROBLEM_JSON, body: { ...form, ...body } };
}

function detailOf(message: unknown): string {
  return Array.isArray(message) ? message.join('; ') : String(message ?? '');
}

/** Errors in the manner of `http-errors` carry a status. Fastify's own do as well, and are told in our words. */
function statusOfError(thrown: unknown): number | undefined {
  const { statusCode, code } = (thrown ?? {}) as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 599) return undefined;
  return typeof code === 'string' && code.startsWith('FST_') ? undefined : statusCode;
}
