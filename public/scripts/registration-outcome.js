import { textOf } from './json.js';
import { problemFrom } from './problem.js';

/** @typedef {import('./http.js').Answer | import('./http.js').Unreachable} Reply */

/**
 * @typedef {object} Registered
 * @property {'registered'} kind
 * @property {string} jwt
 * @property {string} customerId
 * @property {string} subscriptionId
 * @property {string} plan
 */

/**
 * @typedef {object} Failed
 * @property {'failed'} kind
 * @property {{ field: string, message: string }[]} errors to show beside their fields
 * @property {string} title what happened, in a few words; `''` when the errors say it all
 * @property {string} detail
 * @property {string} requestId
 * @property {boolean} passing true when the same request may succeed later
 * @property {number} waitMs how long to wait before it is sent again
 * @property {boolean} staleKey true when the idempotency key is spent
 */

/**
 * What the reply to `POST /register` means for the person in front of the form.
 *
 * @param {Reply} reply
 * @returns {Registered | Failed}
 */
export function outcomeOf(reply) {
  if (reply.kind === 'unreachable') return unreachable(reply.reason);
  const { json } = reply;
  const jwt = textOf(json, 'jwt');
  if (reply.ok && jwt !== '') {
    return {
      kind: 'registered',
      jwt,
      customerId: textOf(json, 'customerId'),
      subscriptionId: textOf(json, 'subscriptionId'),
      plan: textOf(json, 'plan'),
    };
  }
  // Where the email must be confirmed first: no token comes here.
  if (reply.status === 202) return failed({ title: 'Check your inbox', detail: textOf(json, 'message') });
  const problem = problemFrom(json);
  const { detail, requestId } = problem;
  const told = {
    requestId,
    detail: detail || problem.title || `The server answered with status ${reply.status}.`,
  };

  if (problem.code === 'email_taken') return failed({ errors: [{ field: 'email', message: told.detail }] });
  if (reply.status === 400 && problem.errors.length > 0) return failed({ errors: problem.errors });
  if (reply.status === 429) {
    return failed({ ...told, title: 'Too many attempts', passing: true, waitMs: reply.retryAfterMs });
  }
  if (reply.status >= 500) {
    return failed({ ...told, title: 'Not registered yet', passing: true, waitMs: reply.retryAfterMs });
  }
  if (reply.ok) {
    return failed({ title: 'Not registered', detail: 'The server’s response has no token.', passing: true });
  }
  return failed({ ...told, title: 'Not registered', staleKey: problem.code === 'idempotency_key_reused' });
}

/**
 * @param {'network' | 'timeout'} reason
 * @returns {Failed}
 */
function unreachable(reason) {
  return failed({
    title:
      reason === 'timeout' ? 'The server did not respond within 30 seconds' : 'The server cannot be reached',
    detail: 'Your entries are still here. It is safe to try again: you won’t be registered twice.',
    passing: true,
  });
}

/**
 * @param {Partial<Omit<Failed, 'kind'>>} what
 * @returns {Failed}
 */
function failed(what) {
  const nothing = {
    errors: [],
    title: '',
    detail: '',
    requestId: '',
    passing: false,
    waitMs: 0,
    staleKey: false,
  };
  return { kind: 'failed', ...nothing, ...what };
}
