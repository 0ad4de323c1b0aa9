import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { findFareboxError } from '../errors/farebox-error.js';
import { PROBLEM_JSON, problem } from './problem-details.js';
import { codeOfStatus } from './status-of.js';

/** The answer to an exception of the application around us. */
export interface HostsAnswer {
  status: number;
  /** The content type of the body. */
  type: string;
  body: object;
}

/** Thrown by the limits on our own routes. */
const THROTTLER = 'ThrottlerException';
/** The fields of the body that Nest makes of a message. */
const NESTS_OWN = new Set(['statusCode', 'message', 'error']);

/**
 * An exception that a handler, guard or pipe threw on purpose keeps its status and content: a body as it is; a message
 * in our form, beside Nest's own fields. `undefined` for our errors, the framework's, and unforeseen ones.
 */
export function hostsAnswer(thrown: unknown, requestId: string): HostsAnswer | undefined {
  if (findFareboxError(thrown) || (thrown as Error | null)?.name === THROTTLER) return undefined;
  if (thrown instanceof HttpException) return answerOf(thrown.getStatus(), thrown.getResponse(), requestId);
  const status = statusOfError(thrown);
  if (status === undefined) return undefined;
  const { message, expose } = thrown as { message: unknown; expose?: unknown };
  // As in `http-errors`: the message of a failure is for the log.
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

/** Errors in the manner of `http-errors` carry a status. Fastify's own do as well, and get our messages. */
function statusOfError(thrown: unknown): number | undefined {
  const { statusCode, code } = (thrown ?? {}) as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 599) return undefined;
  return typeof code === 'string' && code.startsWith('FST_') ? undefined : statusCode;
}
