import { findFareboxError } from '../errors/farebox-error.js';
import type { Exchange } from './exchange.js';
import type { OtherAnswer } from './held-answer.js';
import { PROBLEM_JSON, problem } from './problem-details.js';
import { frameworksError, STATUS_OF } from './status-of.js';

/** The answer to an error, instead of an answer that is held. */
export function problemAnswer(thrown: unknown, exchange: Exchange): OtherAnswer {
  const { code, publicMessage, fields, retryAfterSeconds } =
    findFareboxError(thrown) ?? frameworksError(thrown, exchange);
  const status = STATUS_OF[code];
  return {
    status,
    headers: {
      'content-type': PROBLEM_JSON,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(problem(status, code, publicMessage, exchange.id, fields)),
  };
}
