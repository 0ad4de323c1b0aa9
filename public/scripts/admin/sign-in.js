import { SignInForm } from '../sign-in-form.js';
import { ask } from './admin-api.js';

/**
 * Asks for ADMIN_TOKEN and gives it to the server once: what stays is a cookie that no script can read.
 *
 * @param {() => void} enter
 */
export const signInForm = (enter) =>
  new SignInForm({ idle: 'Sign in', busy: 'Signing in…' }, async (typed) => {
    const token = typed.trim();
    if (token === '') return { kind: 'refused', message: 'Enter the value of ADMIN_TOKEN.' };
    const result = await ask('POST', 'session', { token });
    if (result.kind === 'ok') return { kind: 'in', enter };
    if (result.code === 'token_invalid') return { kind: 'refused', message: result.detail };
    return result;
  });
