import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { FareboxError, findFareboxError } from '../errors/farebox-error.js';
import { Log } from '../logging/logger.js';
import { type Exchange, exchangeOf } from './exchange.js';
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
    this.answer(thrown, exchangeOf(host));
  }

  /** Also used for requests that the adapter refuses before Nest sees them. */
  answer(thrown: unknown, exchange: Exchange): void {
    // Headers were sent already (a stream broke): no error can be sent to the caller.
    const { response } = exchange;
    if (response.headersSent) {
      this.read(thrown, exchange);
      response.destroy();
      return;
    }
    // Such a header would fail this answer as well.
    if (UNWRITABLE.has((thrown as { code?: string } | null)?.code ?? '')) exchange.dropHeaders();
    // Without a route, Nest throws an error of the framework's own, which quotes the request.
    const hosts = exchange.route === undefined ? undefined : hostsAnswer(thrown, exchange.id);
    if (hosts) this.answerAsHost(hosts, thrown, exchange);
    else this.answerAsProblem(thrown, exchange);
  }

  /** The error with our message, and its status; logged for the operator where it is ours. For answers in another form. */
  read(thrown: unknown, exchange: Exchange): { error: FareboxError; status: number } {
    const error = findFareboxError(thrown) ?? frameworksError(thrown, exchange);
    const status = STATUS_OF[error.code];
    if (status >= 500) this.tell(error, status, exchange);
    return { error, status };
  }

  private answerAsHost({ status, type, body }: HostsAnswer, thrown: unknown, exchange: Exchange): void {
    if (status >= 500)
      this.log.warn('A handler answered that it failed.', this.fieldsOf(exchange, status), thrown);
    exchange.send(status, { 'content-type': type }, JSON.stringify(body));
  }

  private answerAsProblem(thrown: unknown, exchange: Exchange): void {
    const { error, status } = this.read(thrown, exchange);
    const headers = {
      'content-type': PROBLEM_JSON,
      'x-request-id': exchange.id,
      ...(error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }),
      ...(status === 401 ? { 'www-authenticate': challenge(error) } : {}),
    };
    const body = problem(status, error.code, error.publicMessage, exchange.id, error.fields);
    exchange.send(status, headers, JSON.stringify(body));
  }

  private tell(error: FareboxError, status: number, exchange: Exchange): void {
    const fields = { ...this.fieldsOf(exchange, status), code: error.code };
    if (error.code === 'internal') this.log.error('Unhandled error.', fields, error.cause ?? error);
    // Part of every change, and over in seconds: a busy customer would fill thousands of lines that need no action.
    else if (error.code === 'subscription_changing') this.log.debug(error.publicMessage, fields);
    else this.log.warn(error.publicMessage, fields, error.cause);
  }

  private fieldsOf({ id, route = 'unmatched' }: Exchange, status: number) {
    return { requestId: id, status, route };
  }
}

/** Answers our errors alone, where other errors are answered by the application around us: on its paid routes. */
@Catch(FareboxError)
export class FareboxErrorFilter extends ProblemDetailsFilter {}

/** RFC 6750: a bare challenge when no token was sent, `invalid_token` otherwise. */
function challenge(error: FareboxError): string {
  return error.code === 'token_missing'
    ? 'Bearer realm="farebox"'
    : `Bearer realm="farebox", error="invalid_token", error_description="${error.code}"`;
}
