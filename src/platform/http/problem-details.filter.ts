import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FareboxError, findFareboxError } from '../errors/farebox-error.js';
import { Log } from '../logging/logger.js';
import { PROBLEM_JSON, problem } from './problem-details.js';
import { bodyTooLarge } from './route-limits.js';
import { codeOfStatus, STATUS_OF } from './status-of.js';

/** Turns whatever was thrown into problem+json. The only place that maps an error to HTTP. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for what Fastify refuses before Nest sees it. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { error, status } = this.read(thrown, request);
    // Headers were sent already (a stream broke): there is nothing left to say to the caller.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.retryAfterSeconds));
    if (status === 401) void reply.header('www-authenticate', challenge(error));
    void reply
      .code(status)
      .header('content-type', PROBLEM_JSON)
      .send(JSON.stringify(problem(status, error.code, error.publicMessage, request.id, error.fields)));
  }

  /** The error in our words, and its status; told to the operator where it is ours. For answers in another form. */
  read(thrown: unknown, request: FastifyRequest): { error: FareboxError; status: number } {
    const error = toFareboxError(thrown, request);
    const status = STATUS_OF[error.code];
    if (status >= 500) this.tell(error, status, request);
    return { error, status };
  }

  private tell(error: FareboxError, status: number, request: FastifyRequest): void {
    const fields = {
      requestId: request.id,
      code: error.code,
      status,
      route: request.routeOptions.url ?? 'unmatched',
    };
    if (error.code === 'internal') this.log.error('Unhandled error.', fields, error.cause ?? error);
    // Part of every change, and over in seconds: a busy customer's would be thousands of lines that ask for nothing.
    else if (error.code === 'subscription_changing') this.log.debug(error.publicMessage, fields);
    else this.log.warn(error.publicMessage, fields, error.cause);
  }
}

/** RFC 6750: a bare challenge when no token was sent, `invalid_token` otherwise. */
function challenge(error: FareboxError): string {
  return error.code === 'token_missing'
    ? 'Bearer realm="farebox"'
    : `Bearer realm="farebox", error="invalid_token", error_description="${error.code}"`;
}

function toFareboxError(thrown: unknown, request: FastifyRequest): FareboxError {
  const known = findFareboxError(thrown);
  if (known) return known;
  const status = statusOf(thrown);
  if (status === undefined || status >= 500) {
    return status === 503
      ? new FareboxError('shutting_down', 'The service is restarting. Try again.', {
          cause: thrown,
          retryAfterSeconds: 1,
        })
      : new FareboxError('internal', 'Internal error. Include the request ID when you contact support.', {
          cause: thrown,
        });
  }
  return new FareboxError(codeOfStatus(status), detailOf(status, thrown, request), { cause: thrown });
}

/** Nest's exceptions carry a status, and so do Fastify's errors (`statusCode`). */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : undefined;
}

/** Our own words for what the framework refuses: its messages may quote the request. */
function detailOf(status: number, thrown: unknown, request: FastifyRequest): string {
  const { code } = (thrown ?? {}) as { code?: unknown };
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'The body is empty. Send JSON.';
  switch (status) {
    case 404:
      return 'No such route. See /docs.';
    case 413:
      return bodyTooLarge(request);
    case 415:
      return 'This content type is not accepted. Send JSON, with "content-type: application/json".';
    case 429:
      return 'Too many requests. Try again later.';
    default:
      return 'The request cannot be read. Check that the URL is well-formed and the body is valid JSON.';
  }
}
