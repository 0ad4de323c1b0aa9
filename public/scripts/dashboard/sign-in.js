import { send } from '../http.js';
import { problemFrom } from '../problem.js';
import { SignInForm } from '../sign-in-form.js';

/**
 * Asks for the customer's token, and tries it before the dashboard opens.
 *
 * @param {(token: string) => void} enter called with a token that works
 */
export const signInForm = (enter) =>
  new SignInForm({ idle: 'Open the dashboard', busy: 'Opening…' }, async (typed) => {
    // People paste the header, and line breaks of a terminal.
    const token = typed.replace(/^\s*(?:authorization:\s*)?bearer\s+/i, '').replaceAll(/\s/g, '');
    if (!/^[\w.~+/=-]+$/.test(token))
      return { kind: 'refused', message: 'Paste the complete token. It starts with eyJ.' };
    // Any route with a token would do; this one is always there.
    const reply = await send('/account/calls?limit=1', { headers: { authorization: `Bearer ${token}` } });
    if (reply.kind === 'unreachable') {
      const title = 'The server cannot be reached';
      return { kind: 'failed', title, detail: 'Try again in a moment.', requestId: '', passing: true };
    }
    const detail = problemFrom(reply.json)?.detail;
    if (reply.status === 401)
      return {
        kind: 'refused',
        message: detail || "We don't recognise this token. Check that you copied all of it.",
      };
    if (reply.status === 403)
      return { kind: 'refused', message: detail || "This token can't open the dashboard." };
    return { kind: 'in', enter: () => enter(token) };
  });
