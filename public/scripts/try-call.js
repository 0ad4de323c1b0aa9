import { ActionButton } from './action-button.js';
import { announce } from './announce.js';
import { find } from './dom.js';
import { send } from './http.js';
import { problemFrom } from './problem.js';
import { inWords } from './retry-after.js';

const PATH = '/test-service';
const LABEL = `Call ${PATH}`;

/**
 * The button that calls the paid endpoint with the token, and the answer below it.
 *
 * @param {string} token
 * @param {() => void} onAnswered called when a call succeeded
 */
export function tryCall(token, onAnswered) {
  const element = find('#call', HTMLButtonElement);
  const button = new ActionButton(element);
  let calls = 0;
  element.addEventListener('click', async () => {
    if (!button.ready) return;
    button.showBusy('Calling…');
    const reply = await send(PATH, { headers: { authorization: `Bearer ${token}` } });
    button.show(LABEL);
    calls += 1;
    const count = find('#call-count', HTMLElement);
    count.textContent = calls === 1 ? '1 call from this page' : `${calls} calls from this page`;
    count.hidden = false;
    show(view(reply));
    if (reply.kind === 'answer' && reply.ok) onAnswered();
  });
}

/**
 * @typedef {object} View
 * @property {string} status
 * @property {boolean} good
 * @property {string} time
 * @property {string} body
 * @property {string} help
 */

/**
 * @param {import('./http.js').Answer | import('./http.js').Unreachable} reply
 * @returns {View}
 */
function view(reply) {
  if (reply.kind === 'unreachable') {
    const status = reply.reason === 'timeout' ? 'Timed out' : 'Unreachable';
    return {
      status,
      good: false,
      time: '',
      body: '',
      help: 'The server cannot be reached. Try again in a moment.',
    };
  }
  const wait = reply.retryAfterMs > 0 ? ` Try again in ${inWords(reply.retryAfterMs)}.` : '';
  const { detail, title } = problemFrom(reply.json);
  return {
    status: String(reply.status),
    good: reply.ok,
    time: `${Math.round(reply.elapsedMs)} ms`,
    body: reply.text,
    help: reply.ok ? '' : (detail || title) + wait,
  };
}

/** @param {View} answer */
function show({ status, good, time, body, help }) {
  const badge = find('#answer-status', HTMLElement);
  badge.textContent = status;
  badge.dataset['tone'] = good ? 'success' : 'danger';
  find('#answer-time', HTMLElement).textContent = time;
  const pre = find('#answer-body', HTMLElement);
  pre.textContent = body;
  find('#answer > pre', HTMLElement).hidden = body === '';
  const hint = find('#answer-help', HTMLElement);
  hint.textContent = help;
  hint.hidden = help === '';
  find('#answer', HTMLElement).hidden = false;
  announce(
    `${good ? 'Response' : 'Failed'}: ${status}${time === '' ? '' : `, ${time}`}. ${good ? body : help}`,
  );
}
