import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FareboxError, findFareboxError } from '../errors/farebox-error.js';
import { Log } from '../logging/logger.js';
import { type HostsAnswer, hostsAnswer } from './hosts-answer.js';
import { PROBLEM_JSON, problem } from './problem-details.js';
import { frameworksError, STATUS_OF } from './status-of.js';

/** Node's codes for headers that it refuses to write. */
const UNWRITABLE = new Set(['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_HEADER_VALUE', 'ERR_INVALID_HTTP_TOKEN']);

/** Answers any thrown error. The only place that maps an error to HTTP. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const type = host.getType<string>();
    if (type !== 'http') {
      if (type === 'graphql' && findFareboxError(thrown)) throw thrown;
      // Left to Nest, which logs it and answers in the protocol's form.
      return;
    }
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for requests that Fastify refuses before Nest sees them. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // Headers were sent already (a stream broke): no error can be sent to the caller.
    if (reply.raw.headersSent) {
      this.read(thrown, request);
      reply.raw.destroy();
      return;
    }
    if (UNWRITABLE.has((thrown as { code?: string } | null)?.code ?? '')) dropHeaders(reply);
    // Without a route, Nest throws an error of the framework's own, which quotes the request.
    const hosts = request.routeOptions.url === undefined ? undefined : hostsAnswer(thrown, request.id);
    if (hosts) this.answerAsHost(hosts, thrown, request, reply);
    else this.answerAsProblem(thrown, request, reply);
  }

  /** The error with our message, and its status; logged for the operator where it is ours. For answers in another form. */
  read(thrown: unknown, request: FastifyRequest): { error: FareboxError; status: number } {
    const error = findFareboxError(thrown) ?? frameworksError(thrown, request);
    const status = STATUS_OF[error.code];
    if (status >= 500) this.tell(error, status, request);
    return { error, status };
  }

  private answerAsHost(
    { status, type, body }: HostsAnswer,
    thrown: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (status >= 500)
      this.log.warn('A handler answered that it failed.', this.fieldsOf(request, status), thrown);
    void reply.code(status).header('content-type', type).send(JSON.stringify(body));
  }

  private answerAsProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { error, status } = this.read(thrown, request);
    if (error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.retryAfterSeconds));
    if (status === 401) void reply.header('www-authenticate', challenge(error));
    void reply
      .code(status)
      .header('content-type', PROBLEM_JSON)
      .send(JSON.stringify(problem(status, error.code, error.publicMessage, request.id, error.fields)));
  }

  private tell(error: FareboxError, status: number, request: FastifyRequest): void {
    const fields = { ...this.fieldsOf(request, status), code: error.code };
    if (error.code === 'internal') this.log.error('Unhandled error.', fields, error.cause ?? error);
    // Part of every change, and over in seconds: a busy customer would fill thousands of lines that need no action.
    else if (error.code === 'subscription_changing') this.log.debug(error.publicMessage, fields);
    else this.log.warn(error.publicMessage, fields, error.cause);
  }

  private fieldsOf(request: FastifyRequest, status: number) {
    return { requestId: request.id, status, route: request.routeOptions.url ?? 'unmatched' };
  }
}

/** Answers our errors alone, where other errors are answered by the application around us: on its paid routes. */
@Catch(FareboxError)
export class FareboxErrorFilter extends ProblemDetailsFilter {}

/** A header that cannot be written would fail this answer as well. */
function dropHeaders(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) if (name !== 'x-request-id') reply.removeHeader(name);
}

/** RFC 6750: a bare challenge when no token was sent, `invalid_token` otherwise. */
function challenge(error: FareboxError): string {
  return error.code === 'token_missing'
    ? 'Bearer realm="farebox"'
    : `Bearer realm="farebox", error="invalid_token", error_description="${error.code}"`;
}
